using Bittbridge.SelfHost;

// The miner takes this model unless the setting Bittbridge__Model names another.
Environment.SetEnvironmentVariable("Bittbridge__Model", Environment.GetEnvironmentVariable("Bittbridge__Model") ?? "my-model");
return await CommandLine.RunAsync(args, miner => miner.AddModel<MyModel.Model>());
