using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>Who may do what, to the last assignment.</summary>
public sealed partial class RoleTests(BicepServer bicep)
{
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string SecretsUser = "4633458b-17de-408a-b690-874ce7d6bfb7";

    [Fact]
    public async Task The_app_has_three_roles_each_on_one_resource()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        Assert.Equal(
            ["app: 0a9a7e1f on storageAccounts", "app: 3913510d on components", "app: b7e6dc6d on storageAccounts"],
            Assigned(deployment)
        );
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("appgw")]
    public async Task With_everything_it_may_read_its_secrets_and_the_operators_get_the_data_roles(string variant)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        Assert.Equal(
            [
                "app: 0a9a7e1f on storageAccounts",
                "app: 3913510d on components",
                "app: 4633458b on vaults",
                "app: b7e6dc6d on storageAccounts",
                "operator: 0a9a7e1f on storageAccounts",
                "operator: ba92f5b4 on storageAccounts",
                "team: 0a9a7e1f on storageAccounts",
                "team: ba92f5b4 on storageAccounts",
            ],
            Assigned(deployment)
        );
    }

    [Theory]
    [InlineData("User")]
    [InlineData("ServicePrincipal")]
    public async Task Each_assignment_says_what_kind_of_principal_it_is_for(string kind)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("nginx"), ("principalType", $"'{kind}'")]);

        Assert.Every(
            deployment.Of("Microsoft.Authorization/roleAssignments"),
            assignment =>
                Assert.Equal(
                    Whose(assignment) switch
                    {
                        "operator" => kind,
                        "team" => "Group",
                        _ => "ServicePrincipal",
                    },
                    assignment.At("principalType")!.GetValue<string>()
                )
        );
    }

    [Fact]
    public async Task Without_a_kind_Azure_looks_the_principal_up()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("principalId", $"'{Variant.OperatorId}'"));

        var ofOperator = deployment
            .Of("Microsoft.Authorization/roleAssignments")
            .Where(assignment => Whose(assignment) == "operator")
            .ToList();
        Assert.Equal(2, ofOperator.Count);
        Assert.Every(ofOperator, assignment => Assert.Null(assignment.At("principalType")));
    }

    [Fact]
    public async Task Who_deploys_and_is_an_operator_too_gets_each_role_once()
    {
        var deployment = await BicepDeployment.PredictAsync(
            bicep,
            ("principalId", $"'{Variant.OperatorId}'"),
            ("operators", $"[{{ id: '{Variant.OperatorId.ToUpperInvariant()}', type: 'User' }}]")
        );

        Assert.Equal(5, deployment.Of("Microsoft.Authorization/roleAssignments").Count());
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task An_assignments_name_is_made_of_its_scope_its_principal_and_its_role(string variant)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        var assignments = deployment.Of("Microsoft.Authorization/roleAssignments").ToLookup(assignment => assignment.Name.StartsWith('['));
        Assert.Every(
            assignments[true],
            assignment =>
            {
                var name = ArmExpression.Parse(assignment.Name);
                Assert.Equal("guid", name.Function);
                Assert.Equal(3, name.Arguments.Count);
                Assert.Contains("/providers/", name.Arguments[0].Text, StringComparison.Ordinal);
                Assert.EndsWith(
                    ".principalId",
                    name.Arguments[1].Path.Replace(".value", "", StringComparison.Ordinal),
                    StringComparison.Ordinal
                );
                Assert.Equal(RoleOf(assignment), name.Arguments[2].Text);
            }
        );

        // The operator and the team are known before the deployment, and so are the names of the two roles of each.
        Assert.Equal(variant == "plain" ? 0 : 4, assignments[false].Count());
        Assert.All(assignments[false], assignment => Assert.True(Guid.TryParse(assignment.Name, out _)));
    }

    [Fact]
    public async Task No_role_lets_anybody_manage_anything()
    {
        string[] dataRoles = [BlobDataOwner, BlobDataContributor, TableDataContributor, MetricsPublisher, SecretsUser];

        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("appgw"));

        Assert.Every(
            deployment.Of("Microsoft.Authorization/roleAssignments"),
            assignment => Assert.Contains(RoleOf(assignment), dataRoles)
        );
    }

    private static IEnumerable<string> Assigned(BicepDeployment deployment) =>
        deployment
            .Of("Microsoft.Authorization/roleAssignments")
            .Select(assignment =>
                $"{Whose(assignment)}: {RoleOf(assignment)[..8]} on "
                + $"{Scope().Match(assignment.Body["id"]!.GetValue<string>()).Groups["type"].Value}"
            )
            .Order(StringComparer.Ordinal);

    private static string Whose(PredictedResource assignment) =>
        assignment.At("principalId")!.GetValue<string>() switch
        {
            Variant.OperatorId => "operator",
            Variant.TeamId => "team",
            _ => "app",
        };

    private static string RoleOf(PredictedResource assignment) => assignment.At("roleDefinitionId")!.GetValue<string>().Split('/')[^1];

    /// <summary>The type of the innermost resource before the assignment.</summary>
    [GeneratedRegex(
        @"/providers/Microsoft\.\w+/(\w+/[^/']+/)*(?<type>\w+)/[^/']+(?='|/providers/Microsoft\.Authorization)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Scope();
}
