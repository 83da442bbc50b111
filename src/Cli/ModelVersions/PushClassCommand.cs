using System.CommandLine;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>
/// <c>push</c> of a model that is a C# class: refused with the way that it takes instead, since a miner never loads code from its storage
/// (docs/decisions/0008).
/// </summary>
internal static class PushClassCommand
{
    public static Command Create(string model)
    {
        var command = new Command("push", "Tells how this model gets to other miners: a class is deployed with them, not pushed.");
        command.SetAction(_ => Refuse(model));
        return command;
    }

    private static int Refuse(string model) =>
        throw new RefusedException(
            $"{model} is a C# class, which is code and so is deployed with the miner, not pushed to its storage. Run this file where "
                + "the miner shall run. Or, on Azure, add the class to src/Functions and .AddModel<…>() to its Program.cs, then type: azd "
                + $"env set MINER_MODEL {model} && azd up. Or export it to ONNX, which 'bittbridge models push' takes."
        );
}
