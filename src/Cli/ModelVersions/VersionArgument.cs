using System.CommandLine;
using Bittbridge.Miner.Configuration;
using Bittbridge.Models;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The argument <c>NAME@VERSION</c>.</summary>
internal static class VersionArgument
{
    public static Argument<string> Create()
    {
        Argument<string> argument = new("NAME@VERSION")
        {
            Description =
                "The version as name@version, such as my-model@1; both parts are 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit "
                + "first",
        };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var one] && !ModelId.TryParse(one.Value, out _))
            {
                result.AddError("no version");
            }
        });
        return argument;
    }

    /// <exception cref="UsageException">It is none.</exception>
    public static ModelId Read(string text) =>
        ModelId.TryParse(text, out var id)
            ? id
            : throw new UsageException(
                $"{Shown.Value(text)} is no version of a model: write name@version, such as my-model@1, with a-z, 0-9, '.', '_' and '-' "
                    + "in both parts."
            );
}
