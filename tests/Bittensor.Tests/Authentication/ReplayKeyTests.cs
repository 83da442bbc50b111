using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Authentication;

public sealed class ReplayKeyTests
{
    private static readonly Gen<Caller> Callers = Gen.Select(
        Gen.Byte[0, 3],
        Gen.Bool.Select(newer => newer ? WireFormat.BtAuth1 : WireFormat.V10),
        Gen.String[Gen.Char['a', 'b'], 0, 2],
        Gen.Long[1, 3],
        Gen.Byte[0, 1],
        (key, format, session, nonce, receiver) => Caller(key, format, session, nonce, receiver)
    );

    [Fact]
    public void Two_keys_are_equal_exactly_when_format_receiver_hotkey_session_and_nonce_are() =>
        Gen.Select(Callers, Callers)
            .Sample(
                (one, other) =>
                    (ReplayKey.Of(one) == ReplayKey.Of(other))
                    == (
                        (one.Format, one.Receiver, one.Hotkey.PublicKey, one.Session, one.Nonce)
                        == (other.Format, other.Receiver, other.Hotkey.PublicKey, other.Session, other.Nonce)
                    )
            );

    [Fact]
    public void A_change_of_one_part_alone_makes_another_key()
    {
        var one = Caller(1, WireFormat.V10, "session", 1);
        Caller[] others =
        [
            one with
            {
                Format = WireFormat.BtAuth1,
            },
            one with
            {
                Receiver = Key(1),
            },
            one with
            {
                Hotkey = new Ss58Address(Key(2)),
            },
            one with
            {
                Session = "sessions",
            },
            one with
            {
                Nonce = 2,
            },
        ];
        Assert.Equal(6, others.Append(one).Select(ReplayKey.Of).Distinct().Count());
    }

    [Fact]
    public void A_key_is_the_same_in_every_version_of_this_program() =>
        Assert.Equal(
            new ReplayKey("20261122T1535", "a262a6471c6a48f722bb17b36206d9db6c78d6cb4a6b68620086452c9ed4f8a0"),
            ReplayKey.Of(Caller(1, WireFormat.V10, "b265ad1c-e68a-11f1-b9c0-02fc00000001", 1_795_361_879_807_667_853))
        );

    [Fact]
    public void How_an_address_is_written_makes_no_other_key()
    {
        var caller = Caller(1, WireFormat.V10, "session", 1);
        Assert.Equal(ReplayKey.Of(caller), ReplayKey.Of(caller with { Hotkey = new Ss58Address(caller.Hotkey.PublicKey, 0) }));
    }

    [Fact]
    public void A_missing_caller_is_refused() => Assert.Throws<ArgumentNullException>("caller", () => ReplayKey.Of(null!));

    [Theory]
    [InlineData("a/b\\c#d?e")]
    [InlineData("\t\r\n\0")]
    [InlineData("' or 1 eq 1")]
    public void A_session_never_reaches_a_key_as_it_is(string session)
    {
        var key = ReplayKey.Of(Caller(1, WireFormat.V10, session, 1));
        Assert.Matches("^[0-9a-f]{64}$", key.Hash);
        Assert.Matches("^[0-9]{8}T[0-9]{4}$", key.Slice);
    }

    [Theory]
    [InlineData(0, "19700101T0000")]
    [InlineData(299_999_999_999, "19700101T0000")]
    [InlineData(300_000_000_000, "19700101T0005")]
    [InlineData(long.MaxValue, "22620411T2345")]
    public void A_slice_is_the_five_minutes_that_hold_the_nonce(long nonce, string slice) => Assert.Equal(slice, ReplayKey.SliceOf(nonce));

    [Fact]
    public void Slices_sort_by_time() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue])
            .Sample((one, other) => one > other || string.CompareOrdinal(ReplayKey.SliceOf(one), ReplayKey.SliceOf(other)) <= 0);

    private static Caller Caller(byte key, WireFormat format, string session, long nonce, byte receiver = 0) =>
        new(new Ss58Address(Key(key)), Key(receiver), format, session, nonce, default, NonceWindow.DefaultTimeout);

    private static PublicKey Key(byte last)
    {
        var bytes = new byte[PublicKey.Length];
        bytes[31] = last;
        return new PublicKey(bytes);
    }
}
