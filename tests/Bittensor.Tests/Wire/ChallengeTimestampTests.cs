using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class ChallengeTimestampTests
{
    private static readonly DateTimeOffset Expected = new(2026, 11, 22, 14, 40, 19, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-22T14:40:19+00:00")]
    [InlineData("2026-11-22T14:40:19Z")]
    [InlineData("2026-11-22T14:40:19.000000+00:00")]
    [InlineData("2026-11-22 14:40:19+00:00")]
    [InlineData("2026-11-22T22:40:19+08:00")]
    [InlineData("2026-11-22T14:40:19")]
    public void Iso_8601_is_read_and_utc_is_meant_where_no_offset_stands(string text)
    {
        Assert.True(ChallengeTimestamp.TryParse(text, out var time));
        Assert.Equal(Expected, time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1795358419")]
    [InlineData("22/11/2026 14:40:19")]
    [InlineData("2026-11-22")]
    [InlineData("2026-02-30T14:40:19Z")]
    [InlineData("2026-11-22T25:40:19Z")]
    [InlineData(" 2026-11-22T14:40:19Z")]
    [InlineData("2026-11-22T14:40:19Z\n")]
    public void Anything_else_is_refused(string text) => Assert.False(ChallengeTimestamp.TryParse(text, out _));

    [Fact]
    public void What_is_written_reads_back_to_the_microsecond()
    {
        var time = Expected.AddMicroseconds(178_562);
        Assert.Equal("2026-11-22T14:40:19.178562+00:00", ChallengeTimestamp.Format(time));
        Assert.True(ChallengeTimestamp.TryParse(ChallengeTimestamp.Format(time), out var back));
        Assert.Equal(time, back);
    }
}
