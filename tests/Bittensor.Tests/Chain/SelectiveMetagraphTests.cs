using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class SelectiveMetagraphTests
{
    private const string Subnet = "01" + "9106";

    // 1, 2 and 12.5 tokens.
    private const string Stakes = "0C" + "02286BEE" + "0300943577" + "0700DD0EE902";

    private static readonly string NotSelected = new('0', 68 * 2);

    public static TheoryData<string> Others =>
        new()
        {
            "",
            "00",
            "01",
            // Another subnet.
            "01" + "9506" + NotSelected + "01" + Stakes,
            // Another field, or none.
            Subnet + "01" + NotSelected[2..] + "01" + Stakes,
            Subnet + NotSelected + "00" + Stakes,
            // No list, one of another length, and one that is cut off.
            Subnet + NotSelected,
            Subnet + NotSelected + "01",
            Subnet + NotSelected + "01" + "08" + Stakes[2..],
            Subnet + NotSelected + "01" + "10" + Stakes[2..],
            Subnet + NotSelected + "01" + Stakes[..10],
        };

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 2.0)]
    [InlineData(2, 12.5)]
    public void Each_uid_has_its_own_stake(int uid, double tokens)
    {
        Assert.True(TryReadStake(Subnet + NotSelected + "01" + Stakes, uid, out var stake));
        Assert.Equal(tokens, stake);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void What_does_not_answer_the_question_has_no_stake(string answer) => Assert.False(TryReadStake(answer, 1, out _));

    [Fact]
    public void A_uid_after_the_last_has_no_stake() => Assert.False(TryReadStake(Subnet + NotSelected + "01" + Stakes, 3, out _));

    private static bool TryReadStake(string answer, int uid, out double stake) =>
        SelectiveMetagraph.TryReadStake(Convert.FromHexString(answer), 420, (ushort)uid, 3, out stake);
}
