using BenchmarkDotNet.Running;
using Bittbridge.Benchmarks;
using Bittbridge.Benchmarks.Faults;
using Bittbridge.Benchmarks.Growth;
using Bittbridge.Benchmarks.Load;

switch (args)
{
    case ["load", ..]:
        return await LoadCommand.RunAsync(args);
    case ["faults", ..]:
        return await FaultCommand.RunAsync(args);
    case ["start", ..]:
        return await StartCommand.RunAsync(args);
    case ["growth", ..]:
        return await GrowthCommand.RunAsync(args);
    case ["year", ..]:
        return await YearCommand.RunAsync(args);
    case ["profile", ..]:
        return await ProfileCommand.RunAsync(args);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
