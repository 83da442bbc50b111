using System.Globalization;
using Bittbridge.Miner.Prices.Source;
using CsCheck;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class IsoTimeTests
{
    private static readonly Gen<DateTimeOffset> Instants = Gen.Select(
        Gen.Long[DateTime.MinValue.AddDays(1).Ticks, DateTime.MaxValue.AddDays(-1).Ticks],
        Gen.Int[-14 * 60, 14 * 60],
        (ticks, minutes) => new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes))
    );

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz")]
    [InlineData("yyyy-MM-dd HH:mm:ss.fffffffzzz")]
    public void A_time_with_an_offset_is_read_back(string format) =>
        Instants.Sample(instant =>
            Assert.True(
                IsoTime.TryParse(instant.ToString(format, CultureInfo.InvariantCulture), out var read)
                    && read == instant
                    && read.Offset == TimeSpan.Zero
            )
        );

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'")]
    [InlineData("yyyy-MM-dd HH:mm:ss.fffffff")]
    public void Without_an_offset_it_is_utc(string format) =>
        Instants.Sample(instant =>
            Assert.True(
                IsoTime.TryParse(instant.UtcDateTime.ToString(format, CultureInfo.InvariantCulture), out var read) && read == instant
            )
        );

    [Theory]
    [InlineData("dd.MM.yyyy HH:mm")]
    [InlineData("MM/dd/yyyy HH:mm:ss")]
    [InlineData("HH:mm:ss")]
    [InlineData("MMM d, yyyy")]
    [InlineData("r")]
    [InlineData("yyyy.MM")]
    public void No_other_form_is_guessed(string format) =>
        Instants.Sample(instant => Assert.False(IsoTime.TryParse(instant.ToString(format, CultureInfo.InvariantCulture), out _)));

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() =>
        Gen.Select(Gen.Char["0123456789-:.+TZz \n٢é"].Array[0, 40], characters => new string(characters))
            .Sample(text => Assert.True(!IsoTime.TryParse(text, out var read) || read.Offset == TimeSpan.Zero));

    [Theory]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("0000-01-01")]
    [InlineData("2025-10-05T13:05:00Z\n")]
    [InlineData(" 2025-10-05T13:05:00Z")]
    [InlineData("2025-10-05T13:05:00.Z")]
    [InlineData("2025-10-05Z")]
    [InlineData("2025-10-05T13Z")]
    public void A_text_that_is_not_an_instant_is_rejected(string text) => Assert.False(IsoTime.TryParse(text, out _));
}
