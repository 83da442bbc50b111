using Bittbridge.Infra.Tests;

[assembly: AssemblyFixture(typeof(BicepServer))]
