using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests;

public sealed class WorkerPackagesTests
{
    private const string Missing = "/x/F.csproj : error NU1101: Unable to find package Microsoft.Azure.Functions.Worker.Extensions.Timer. No packages exist with this id in source(s): nuget.org";
    private const string TooOld = "/x/F.csproj : error NU1102: Unable to find package Microsoft.Azure.Functions.Worker with version (>= 2.52.0)";
    private const string TooOldContinued = "/x/F.csproj : error NU1102:   - Found 1 version(s) in nuget.org [ Nearest version: 1.19.0 ]";

    [Fact]
    public void Worker_packages_that_are_not_served_are_named()
    {
        var missing = WorkerPackages.AllThatIsMissing(new CommandResult(1, ["  Determining projects to restore...", Missing, TooOld, TooOldContinued, "  Failed to restore /x/F.csproj (in 277 ms)."]));

        Assert.Equal(["Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Extensions.Timer"], missing!);
    }

    [Theory]
    [InlineData("/x/M.csproj : error NU1101: Unable to find package Polly. No packages exist with this id in source(s): nuget.org")]
    [InlineData("/x/M.csproj : error NU1301: Unable to load the service index for source.")]
    [InlineData("/x/M.csproj : error NU1605: Warning As Error: Detected package downgrade: Microsoft.Azure.Functions.Worker from 2.52.0 to 2.51.0.")]
    [InlineData("MSBUILD : error MSB1009: Project file does not exist.")]
    public void Any_other_error_beside_them_is_a_failure(string other) =>
        Assert.Null(WorkerPackages.AllThatIsMissing(new CommandResult(1, [Missing, other])));

    [Fact]
    public void A_failure_without_a_reason_is_a_failure() => Assert.Null(WorkerPackages.AllThatIsMissing(new CommandResult(1, [])));
}
