using System.Runtime.InteropServices;

namespace Bittbridge.Bittensor.Signatures;

/// <summary>
/// The functions of libsodium (1.0.22 or later) that are used here. Scalars and points have 32 bytes, little-endian. Every buffer's length
/// is checked before the native call.
/// </summary>
internal static partial class Libsodium
{
    public const int ScalarBytes = 32;
    public const int PointBytes = 32;

    private const string Library = "libsodium";

    static Libsodium()
    {
        // Selects the implementation for this processor; libsodium must not be used from several threads before that.
        if (NativeInit() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialized.");
        }
    }

    /// <summary>The size of a Keccak-f[1600] state in libsodium: opaque, slightly more than 200 bytes.</summary>
    public static int KeccakStateBytes => checked((int)NativeKeccakStateBytes());

    public static void Blake2b(ReadOnlySpan<byte> input, Span<byte> hash)
    {
        if (NativeGenericHash(ref Ref(hash), (nuint)hash.Length, in Ref(input), (ulong)input.Length, 0, 0) != 0)
        {
            throw new ArgumentException("BLAKE2b gives 16 to 64 bytes.", nameof(hash));
        }
    }

    /// <summary>Here instead of .NET's, which loads OpenSSL: that takes as long as a tenth of a call of the command line tool.</summary>
    public static void Sha512(ReadOnlySpan<byte> input, Span<byte> hash) =>
        _ = NativeSha512(ref Ref(hash, 64), in Ref(input), (ulong)input.Length);

    public static void KeccakInit(Span<byte> state) => NativeKeccakInit(ref Ref(state));

    public static void KeccakXor(Span<byte> state, ReadOnlySpan<byte> bytes, int offset)
    {
        ThrowIfBeyondState(offset, bytes.Length);
        NativeKeccakXor(ref Ref(state), in Ref(bytes), (nuint)offset, (nuint)bytes.Length);
    }

    public static void KeccakExtract(ReadOnlySpan<byte> state, Span<byte> bytes, int offset)
    {
        ThrowIfBeyondState(offset, bytes.Length);
        NativeKeccakExtract(in Ref(state), ref Ref(bytes), (nuint)offset, (nuint)bytes.Length);
    }

    public static void KeccakPermute(Span<byte> state) => NativeKeccakPermute(ref Ref(state));

    /// <summary>Reduces 64 bytes modulo the group's order.</summary>
    public static void ScalarReduce(ReadOnlySpan<byte> wide, Span<byte> scalar) =>
        NativeScalarReduce(ref Ref(scalar, ScalarBytes), in Ref(wide, 64));

    public static void ScalarMultiply(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> product) =>
        NativeScalarMul(ref Ref(product, ScalarBytes), in Ref(x, ScalarBytes), in Ref(y, ScalarBytes));

    public static void ScalarAdd(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> sum) =>
        NativeScalarAdd(ref Ref(sum, ScalarBytes), in Ref(x, ScalarBytes), in Ref(y, ScalarBytes));

    /// <summary>scalar · point; false when the point is invalid or the product is the identity.</summary>
    public static bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> product) =>
        NativeScalarMult(ref Ref(product, PointBytes), in Ref(scalar, ScalarBytes), in Ref(point, PointBytes)) == 0;

    /// <summary>scalar · base point; false when the product is the identity.</summary>
    public static bool TryMultiplyBase(ReadOnlySpan<byte> scalar, Span<byte> product) =>
        NativeScalarMultBase(ref Ref(product, PointBytes), in Ref(scalar, ScalarBytes)) == 0;

    /// <summary>p - q; false when one of them is not a valid point.</summary>
    public static bool TrySubtract(ReadOnlySpan<byte> p, ReadOnlySpan<byte> q, Span<byte> difference) =>
        NativePointSub(ref Ref(difference, PointBytes), in Ref(p, PointBytes), in Ref(q, PointBytes)) == 0;

    /// <summary>Whether 32 bytes are the canonical encoding of a ristretto255 element.</summary>
    public static bool IsRistrettoPoint(ReadOnlySpan<byte> point) => NativeIsValidPoint(in Ref(point, PointBytes)) == 1;

    /// <summary>RFC 8032 verification; libsodium itself rejects an unreduced S and a key or an R of small order.</summary>
    public static bool VerifyEd25519(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ReadOnlySpan<byte> publicKey) =>
        NativeEd25519Verify(in Ref(signature, 64), in Ref(message), (ulong)message.Length, in Ref(publicKey, 32)) == 0;

    private static void ThrowIfBeyondState(int offset, int bytes) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset + (ulong)bytes, 200ul, nameof(bytes));

    private static ref byte Ref(Span<byte> span) => ref MemoryMarshal.GetReference(span);

    private static ref readonly byte Ref(ReadOnlySpan<byte> span) => ref MemoryMarshal.GetReference(span);

    private static ref byte Ref(Span<byte> span, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(span.Length, length);
        return ref MemoryMarshal.GetReference(span);
    }

    private static ref readonly byte Ref(ReadOnlySpan<byte> span, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(span.Length, length);
        return ref MemoryMarshal.GetReference(span);
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int NativeInit();

    [LibraryImport(Library, EntryPoint = "crypto_generichash")]
    private static partial int NativeGenericHash(
        ref byte hash,
        nuint hashLength,
        in byte input,
        ulong inputLength,
        nint key,
        nuint keyLength
    );

    [LibraryImport(Library, EntryPoint = "crypto_hash_sha512")]
    private static partial int NativeSha512(ref byte hash, in byte input, ulong inputLength);

    [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_statebytes")]
    private static partial nuint NativeKeccakStateBytes();

    [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_init")]
    private static partial void NativeKeccakInit(ref byte state);

    [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_xor_bytes")]
    private static partial void NativeKeccakXor(ref byte state, in byte bytes, nuint offset, nuint length);

    [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_extract_bytes")]
    private static partial void NativeKeccakExtract(in byte state, ref byte bytes, nuint offset, nuint length);

    [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_permute_24")]
    private static partial void NativeKeccakPermute(ref byte state);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_reduce")]
    private static partial void NativeScalarReduce(ref byte scalar, in byte wide);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
    private static partial void NativeScalarMul(ref byte product, in byte x, in byte y);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
    private static partial void NativeScalarAdd(ref byte sum, in byte x, in byte y);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
    private static partial int NativeScalarMult(ref byte product, in byte scalar, in byte point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
    private static partial int NativeScalarMultBase(ref byte product, in byte scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_is_valid_point")]
    private static partial int NativeIsValidPoint(in byte point);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_sub")]
    private static partial int NativePointSub(ref byte difference, in byte p, in byte q);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
    private static partial int NativeEd25519Verify(in byte signature, in byte message, ulong messageLength, in byte publicKey);
}
