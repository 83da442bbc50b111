using Bittbridge.Cli;

if (Console.IsOutputRedirected)
{
    Console.SetOut(new TrimmedOutput(Console.Out));
}

LateConsole.Use();

return await CliApp.RunAsync(args);
