using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Bittbridge.Bittensor.Signatures;

/// <summary>
/// STROBE-128 as Merlin uses it (strobe.sourceforge.io, v1.0.2): a duplex over Keccak-f[1600] with a rate of 166 bytes. The state is in
/// stack memory of the caller, so nothing is allocated.
/// </summary>
internal ref struct Strobe128
{
    /// <summary>The size of that stack memory: a state, and room to align it.</summary>
    public const int MemoryBytes = StateBytes + Alignment;

    private const int StateBytes = 224;
    private const int Alignment = 16;
    private const int Rate = 166;

    private const byte A = 2;
    private const byte C = 4;
    private const byte K = 32;
    private const byte Ad = A;
    private const byte MetaAd = 16 | A;
    private const byte Prf = 1 | A | C;
    private const byte Key = A | C;

    private readonly Span<byte> _state;
    private byte _position;
    private byte _begin;

    /// <param name="memory"><see cref="MemoryBytes"/> bytes of stack memory: it is aligned by its address, so it must not move.</param>
    /// <param name="protocol">The protocol's label.</param>
    public Strobe128(Span<byte> memory, ReadOnlySpan<byte> protocol)
    {
        _state = Aligned(memory);
        Libsodium.KeccakInit(_state);
        Libsodium.KeccakXor(_state, [1, Rate + 2, 1, 0, 1, 96], 0);
        Libsodium.KeccakXor(_state, "STROBEv1.0.2"u8, 6);
        Libsodium.KeccakPermute(_state);
        AbsorbMeta(protocol);
    }

    private Strobe128(Span<byte> memory, scoped in Strobe128 other)
    {
        _state = Aligned(memory);
        other._state.CopyTo(_state);
        _position = other._position;
        _begin = other._begin;
    }

    /// <summary>The state has the size of libsodium's.</summary>
    public static bool FitsLibsodium => Libsodium.KeccakStateBytes == StateBytes;

    /// <summary>An independent copy, in memory of its own.</summary>
    public readonly Strobe128 CopyTo(Span<byte> memory) => new(memory, in this);

    /// <summary>metaAD of <paramref name="label"/>.</summary>
    public void AbsorbMeta(scoped ReadOnlySpan<byte> label)
    {
        Begin(MetaAd);
        Absorb(label);
    }

    /// <summary>
    /// metaAD of <paramref name="label"/> and then, in the same operation, of <paramref name="length"/> as a 32-bit number.
    /// </summary>
    public void AbsorbMeta(scoped ReadOnlySpan<byte> label, int length)
    {
        Span<byte> four = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(four, length);
        AbsorbMeta(label);
        Absorb(four);
    }

    /// <summary>AD.</summary>
    public void AbsorbData(scoped ReadOnlySpan<byte> data)
    {
        Begin(Ad);
        Absorb(data);
    }

    /// <summary>KEY: overwrites the state, so that earlier states can't be computed from later ones.</summary>
    public void Rekey(scoped ReadOnlySpan<byte> secret)
    {
        Begin(Key);
        Span<byte> mask = stackalloc byte[Rate];
        while (!secret.IsEmpty)
        {
            var part = mask[..Math.Min(Rate - _position, secret.Length)];
            Libsodium.KeccakExtract(_state, part, _position);
            for (var i = 0; i < part.Length; i++)
            {
                part[i] ^= secret[i];
            }

            Libsodium.KeccakXor(_state, part, _position);
            Advance(part.Length);
            secret = secret[part.Length..];
        }

        CryptographicOperations.ZeroMemory(mask);
    }

    /// <summary>PRF: fills <paramref name="output"/> and zeroes the bytes that were read.</summary>
    public void Squeeze(scoped Span<byte> output)
    {
        Begin(Prf);
        while (!output.IsEmpty)
        {
            var part = output[..Math.Min(Rate - _position, output.Length)];
            Libsodium.KeccakExtract(_state, part, _position);
            Libsodium.KeccakXor(_state, part, _position);
            Advance(part.Length);
            output = output[part.Length..];
        }
    }

    /// <summary>Erases the state.</summary>
    public readonly void Clear() => CryptographicOperations.ZeroMemory(_state);

    private void Begin(byte flags)
    {
        ReadOnlySpan<byte> header = [_begin, flags];
        _begin = (byte)(_position + 1);
        Absorb(header);
        if ((flags & (C | K)) != 0 && _position != 0)
        {
            Run();
        }
    }

    private void Absorb(scoped ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(Rate - _position, data.Length)];
            Libsodium.KeccakXor(_state, part, _position);
            Advance(part.Length);
            data = data[part.Length..];
        }
    }

    private void Advance(int count)
    {
        _position += (byte)count;
        if (_position == Rate)
        {
            Run();
        }
    }

    private void Run()
    {
        Libsodium.KeccakXor(_state, [_begin, 0x04], _position);
        Libsodium.KeccakXor(_state, [0x80], Rate + 1);
        Libsodium.KeccakPermute(_state);
        _position = 0;
        _begin = 0;
    }

    // libsodium requires an alignment of 16 for its state, which stack memory in .NET does not guarantee.
    private static unsafe Span<byte> Aligned(Span<byte> memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memory.Length, MemoryBytes, nameof(memory));
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        return memory.Slice((int)((nuint)0 - address & (Alignment - 1)), StateBytes);
    }
}
