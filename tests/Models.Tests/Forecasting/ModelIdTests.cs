namespace Bittbridge.Models.Tests.Forecasting;

public sealed class ModelIdTests
{
    private const string LongestId = "a23456789012345678901234567890123456789012345678901234567890123";

    [Theory]
    [InlineData("a")]
    [InlineData("last-price")]
    [InlineData("1.0.0")]
    [InlineData("0_x-y.z")]
    [InlineData(LongestId)]
    public void A_name_that_can_stand_in_a_key_is_taken(string part)
    {
        Assert.True(ModelId.IsPart(part));
        Assert.Equal($"{part}@{part}", new ModelId(part, part).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("_a")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a@1")]
    [InlineData("a\n")]
    [InlineData("价格")]
    [InlineData(LongestId + "4")]
    [InlineData(null)]
    public void Anything_else_is_refused_by_name_and_version(string? part)
    {
        Assert.False(ModelId.IsPart(part));
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => new ModelId(part!, "1")).ParamName);
        Assert.Equal("version", Assert.Throws<ArgumentException>(() => new ModelId("a", part!)).ParamName);
    }

    [Fact]
    public void Ids_are_equal_by_their_parts() => Assert.Equal(new ModelId("a", "1"), new ModelId("a", "1"));
}
