using System.Text;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// The callers of a day and their slots. The first <see cref="MaxCallers"/> callers have a set of slots each; the answers to the others are
/// only counted, by slot. Adding a slot twice changes nothing.
/// </summary>
internal sealed class DayCallers
{
    /// <summary>How many callers have their own set: a subnet has at most 64 validators, and a property holds at most 64 KB.</summary>
    public const int MaxCallers = 256;

    private const int MaxNameLength = 64;

    private readonly SortedDictionary<string, SlotSet> _callers = new(StringComparer.Ordinal);
    private readonly ushort[] _others = new ushort[SlotSet.SlotsOfDay];

    /// <summary>The number of slots by caller, for callers with their own set.</summary>
    public IReadOnlyDictionary<string, int> Counts =>
        _callers.ToDictionary(caller => caller.Key, caller => caller.Value.Count, StringComparer.Ordinal);

    /// <summary>The slots by caller, for callers with their own set.</summary>
    public IReadOnlyDictionary<string, SlotSet> Slots => _callers;

    /// <summary>The number of answers to the other callers.</summary>
    public int Others => _others.Sum(count => count);

    /// <summary>Adds the callers of a slot.</summary>
    /// <param name="slotOfDay">The slot.</param>
    /// <param name="callers">The callers, the most important first.</param>
    /// <param name="more">The number of further answers of the slot, whose callers are unknown.</param>
    public void Add(int slotOfDay, IEnumerable<string> callers, long more)
    {
        foreach (var caller in callers.Select(name => name[..Math.Min(name.Length, MaxNameLength)]).Where(name => name.Length > 0))
        {
            if (_callers.TryGetValue(caller, out var slots))
            {
                slots.Add(slotOfDay);
            }
            else if (_callers.Count < MaxCallers)
            {
                _callers[caller] = slots = new();
                slots.Add(slotOfDay);
            }
            else
            {
                more++;
            }
        }

        _others[slotOfDay] = (ushort)Math.Clamp(more, _others[slotOfDay], ushort.MaxValue);
    }

    /// <summary>The callers as bytes: for each the length of its name, the name in ASCII and the slots.</summary>
    public byte[] Pack()
    {
        using var bytes = new MemoryStream();
        foreach (var (name, slots) in _callers)
        {
            var text = Encoding.ASCII.GetBytes(name);
            bytes.WriteByte((byte)text.Length);
            bytes.Write(text);
            bytes.Write(slots.Bits);
        }

        return bytes.ToArray();
    }

    /// <summary>The numbers of answers to other callers as bytes, two per slot; empty if there are none.</summary>
    public byte[] PackOthers()
    {
        if (Others == 0)
        {
            return [];
        }

        var bytes = new byte[_others.Length * sizeof(ushort)];
        for (var i = 0; i < _others.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), _others[i]);
        }

        return bytes;
    }

    /// <summary>Reads the results of <see cref="Pack"/> and <see cref="PackOthers"/>; skips what is cut off.</summary>
    public static DayCallers Unpack(ReadOnlySpan<byte> callers, ReadOnlySpan<byte> others)
    {
        var day = new DayCallers();
        while (callers.Length > 0 && callers.Length >= 1 + callers[0] + SlotSet.Size)
        {
            var length = callers[0];
            day._callers[Encoding.ASCII.GetString(callers.Slice(1, length))] = new(callers.Slice(1 + length, SlotSet.Size));
            callers = callers[(1 + length + SlotSet.Size)..];
        }

        for (var i = 0; i < day._others.Length && (i + 1) * sizeof(ushort) <= others.Length; i++)
        {
            day._others[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(others[(i * sizeof(ushort))..]);
        }

        return day;
    }
}
