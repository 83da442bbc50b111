using System.Numerics;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>A set of the 288 five-minute slots of a UTC day, one bit a slot: adding a slot twice changes nothing.</summary>
internal sealed class SlotSet
{
    /// <summary>How many slots a day has.</summary>
    public const int SlotsOfDay = 288;

    /// <summary>The size of a set in bytes.</summary>
    public const int Size = SlotsOfDay / 8;

    private readonly byte[] _bits = new byte[Size];

    public SlotSet() { }

    /// <param name="bits">The value of <see cref="Bits"/>; missing bytes count as unset.</param>
    public SlotSet(ReadOnlySpan<byte> bits) => bits[..Math.Min(bits.Length, Size)].CopyTo(_bits);

    public ReadOnlySpan<byte> Bits => _bits;

    public int Count => _bits.Sum(part => BitOperations.PopCount(part));

    /// <summary>Adds the slots of another set.</summary>
    public void UnionWith(SlotSet other)
    {
        for (var i = 0; i < Size; i++)
        {
            _bits[i] |= other._bits[i];
        }
    }

    public void Add(int slotOfDay) => _bits[slotOfDay / 8] |= (byte)(1 << (slotOfDay % 8));
}
