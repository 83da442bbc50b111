using Bittbridge.Testing;

[assembly: AssemblyFixture(typeof(Azurite))]
