using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ModelChoiceTests
{
    [Theory]
    [InlineData("last-price", "last-price", null, false)]
    [InlineData("mine@2.0-rc_1", "mine", "2.0-rc_1", false)]
    [InlineData("mine@2!", "mine", "2", true)]
    public void A_name_a_version_and_a_pin_are_distinguished(string text, string name, string? version, bool pinned)
    {
        Assert.True(ModelChoice.TryParse(text, out var choice));
        Assert.Equal(new ModelChoice(name, version, pinned), choice);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mine!")]
    [InlineData("mine@")]
    [InlineData("mine@2!!")]
    [InlineData("mine@2@3")]
    [InlineData("@2")]
    [InlineData("Mine@2")]
    [InlineData("mine@2 !")]
    public void Anything_else_is_not_a_choice(string? text) => Assert.False(ModelChoice.TryParse(text, out _));
}
