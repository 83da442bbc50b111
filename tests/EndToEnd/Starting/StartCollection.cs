namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Tests that start processes run one at a time, because they share ports, processors and builds.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StartCollection : ICollectionFixture<StartCommand>
{
    public const string Name = "Starts processes";
}
