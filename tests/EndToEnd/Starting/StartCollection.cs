namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>What starts processes runs one at a time: ports, processors and builds are shared.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StartCollection : ICollectionFixture<StartCommand>
{
    public const string Name = "Starts processes";
}
