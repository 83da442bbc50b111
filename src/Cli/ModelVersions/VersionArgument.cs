using System.CommandLine;
using Bittbridge.Models;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The argument <c>NAME@VERSION</c>.</summary>
internal static class VersionArgument
{
    public static Argument<ModelId> Create() =>
        new("NAME@VERSION")
        {
            Description =
                "The version as name@version, such as my-model@1; both parts are 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit "
                + "first",
            CustomParser = result =>
            {
                if (result.Tokens is [var one] && ModelId.TryParse(one.Value, out var id))
                {
                    return id;
                }

                result.AddError("no version");
                return null;
            },
        };
}
