using Bittbridge.Miner.ModelRegistry;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class DeploymentTests
{
    private static readonly DeployedVersion A = new(Id("a@1"), null);
    private static readonly DeployedVersion B = new(Id("b@1"), Id("c@1"));

    [Fact]
    public void Rolling_back_goes_back_step_by_step_to_the_settings()
    {
        var choice = Deployment.None.Activate(A).Activate(B);
        Assert.Equal(B, choice.Active);
        choice = choice.RollBack()!;
        Assert.Equal(A, choice.Active);
        choice = choice.RollBack()!;
        Assert.Equal(DeployedVersion.OfTheSettings, choice.Active);
        Assert.Null(choice.RollBack());
    }

    [Fact]
    public void Activating_the_active_version_adds_no_step() =>
        Assert.Equal(Deployment.None.Activate(A), Deployment.None.Activate(A).Activate(A));

    [Fact]
    public void The_number_of_rollback_steps_is_bounded()
    {
        var choice = Enumerable.Range(1, 50).Aggregate(Deployment.None, (c, i) => c.Activate(new(Id($"a@{i}"), null)));
        Assert.Equal(10, choice.Previous.Count);
        Assert.Equal(Id("a@49"), choice.Previous[0].Model);
    }

    [Fact]
    public void A_shadow_is_added_once_and_removed_whole()
    {
        var choice = Deployment.None.AddShadow(Id("a@1")).AddShadow(Id("a@2")).AddShadow(Id("a@1"));
        Assert.Equal([Id("a@1"), Id("a@2")], choice.Shadows);
        Assert.Equal([Id("a@2")], choice.RemoveShadow(Id("a@1")).Shadows);
    }
}
