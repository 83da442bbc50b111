using Bittbridge.Infra.Tests.Bicep;

[assembly: AssemblyFixture(typeof(BicepServer))]
