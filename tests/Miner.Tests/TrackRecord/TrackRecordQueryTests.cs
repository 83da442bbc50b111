using System.Text;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class TrackRecordQueryTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    [Fact]
    public void An_empty_query_is_the_last_30_days_of_every_model() =>
        Assert.Equal(new(new(2026, 10, 25), Today), TrackRecordQuery.Parse(null, null, null, null, Today).Query);

    [Fact]
    public void Empty_parameters_are_the_same_as_none() =>
        Assert.Equal(new(new(2026, 10, 25), Today), TrackRecordQuery.Parse("", "", "", "", Today).Query);

    [Fact]
    public void Days_model_and_slots_are_read() =>
        Assert.Equal(
            new(new(2026, 11, 1), new(2026, 11, 2), "ensemble@1", WithSlots: true),
            TrackRecordQuery.Parse("2026-11-01", "2026-11-02", "ensemble@1", "true", Today).Query
        );

    [Theory]
    [InlineData("ensemble", true)]
    [InlineData("ensemble@1", true)]
    [InlineData("ensemble@2", false)]
    [InlineData("ens", false)]
    public void A_model_is_asked_for_with_or_without_its_version(string model, bool isIncluded) =>
        Assert.Equal(isIncluded, TrackRecordQuery.Parse(null, null, model, null, Today).Query!.Includes(new ModelId("ensemble", "1")));

    [Theory]
    [InlineData("23.11.2026", null, null, null, "from: '23.11.2026' can't be used: use a UTC day such as 2026-11-23.")]
    [InlineData(null, "yesterday", null, null, "to: 'yesterday' can't be used: use a UTC day such as 2026-11-23.")]
    [InlineData("2026-11-24", null, null, null, "from: '2026-11-24' can't be used: use a day no later than the last one, 2026-11-23.")]
    [InlineData("2020-01-01", null, null, null, "from: '2020-01-01' can't be used: ask for 1100 days at most, so for 2023-11-20 or later.")]
    [InlineData(
        "2026-10-01",
        null,
        null,
        "true",
        "from: '2026-10-01' can't be used: ask for 31 days at most with slots, so for 2026-10-24 or later."
    )]
    [InlineData(null, null, null, "yes", "slots: 'yes' can't be used: use true or false.")]
    [InlineData(
        null,
        null,
        "<b>'\n",
        null,
        "model: '?b???' can't be used: use a model's name, such as ensemble, or its name and version, such as ensemble@1."
    )]
    [InlineData(
        null,
        null,
        "a ~\u007f\u001f\u0080",
        null,
        "model: 'a ~???' can't be used: use a model's name, such as ensemble, or its name and version, such as ensemble@1."
    )]
    [InlineData("2023-11-19", null, null, null, "from: '2023-11-19' can't be used: ask for 1100 days at most, so for 2023-11-20 or later.")]
    [InlineData(
        "2026-10-23",
        null,
        null,
        "true",
        "from: '2026-10-23' can't be used: ask for 31 days at most with slots, so for 2026-10-24 or later."
    )]
    public void A_problem_names_the_parameter_its_value_and_the_remedy(
        string? from,
        string? to,
        string? model,
        string? slots,
        string problem
    )
    {
        var (query, problems) = TrackRecordQuery.Parse(from, to, model, slots, Today);
        Assert.Null(query);
        Assert.Equal([problem], problems);
    }

    [Theory]
    [InlineData("2023-11-20", "false")]
    [InlineData("2026-10-24", "true")]
    [InlineData("2026-11-23", "true")]
    public void The_longest_period_and_the_shortest_one_are_valid(string from, string slots)
    {
        var (query, problems) = TrackRecordQuery.Parse(from, null, null, slots, Today);
        Assert.Empty(problems);
        Assert.Equal((from, Today), (TrackRecordQuery.Text(query!.From), query.To));
    }

    [Theory]
    [InlineData(31, 2)]
    [InlineData(30, 1)]
    [InlineData(15, 1)]
    public void A_period_begins_no_earlier_than_the_calendar(int last, int first) =>
        Assert.Equal(new DateOnly(1, 1, first), TrackRecordQuery.FirstOf(30, new DateOnly(1, 1, last)));

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("0001-01-15")]
    [InlineData("9999-12-31")]
    public void The_ends_of_the_calendar_are_valid(string day)
    {
        var (query, _) = TrackRecordQuery.Parse(null, day, null, null, Today);
        Assert.Equal(day, TrackRecordQuery.Text(query!.To));
    }

    [Fact]
    public void Any_text_in_a_query_is_read_or_refused_in_one_line_without_markup() =>
        ParserFuzzing.Run(
            [.. new[] { "2026-11-01", "0001-01-01", "9999-12-31", "ensemble@1", "true", "" }.Select(Encoding.UTF8.GetBytes)],
            bytes =>
            {
                var text = Encoding.UTF8.GetString(bytes);
                foreach (
                    var (query, problems) in new[]
                    {
                        TrackRecordQuery.Parse(text, null, null, null, Today),
                        TrackRecordQuery.Parse(null, text, null, "true", Today),
                        TrackRecordQuery.Parse(null, null, text, null, Today),
                        TrackRecordQuery.Parse(text, text, text, text, Today),
                    }
                )
                {
                    Assert.Equal(query is null, problems.Count > 0);
                    Assert.True(query is null || query.From <= query.To);
                    Assert.All(
                        problems,
                        problem => Assert.True(problem.Length < 300 && problem.All(c => c is >= ' ' and < '\x7f' and not '<'))
                    );
                }
            }
        );
}
