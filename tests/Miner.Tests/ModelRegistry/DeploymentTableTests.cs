using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class DeploymentTableTests
{
    private readonly StorageSettings _settings;
    private readonly MinerTables _tables;
    private readonly DeploymentTable _table;

    public DeploymentTableTests(TestStorage storage)
    {
        _settings = storage.NewSettings();
        _tables = new(_settings);
        _table = NewTable(_settings);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The table of an instance of its own.</summary>
    private static DeploymentTable NewTable(StorageSettings settings) => new(new(settings), TimeProvider.System);

    [Fact]
    public async Task Without_a_deployment_the_settings_decide()
    {
        Assert.Equal((Deployment.None, null), await _table.ReadIfChangedAsync(null, Ct));
        Assert.Equal(Deployment.None, await _table.ReadAsync(Ct));
        Assert.Equal((Deployment.None, null), await _table.ReadIfChangedAsync(null, Ct));
    }

    [Fact]
    public async Task A_deployment_round_trips_and_has_the_documented_row()
    {
        var choice = new Deployment
        {
            Active = new(Id("mine@2"), Id("cal@1")),
            Shadows = [Id("other@1.0-rc.1"), Id("last-price@1")],
            Previous = [new(Id("mine@1"), null), new(null, Id("cal@0")), DeployedVersion.OfTheSettings],
        };
        Assert.Equal(choice, await _table.ChangeAsync(_ => choice, Ct));
        Assert.Equal(choice, await _table.ReadAsync(Ct));
        var row = (
            await _tables.ForRequests(MinerTables.Models).GetEntityAsync<TableEntity>("active", "tether-cny", cancellationToken: Ct)
        ).Value;
        Assert.Equal("mine@2", row.GetString("Model"));
        Assert.Equal("mine@1+- -+cal@0 -+-", row.GetString("Previous"));
    }

    [Fact]
    public async Task A_row_with_a_known_ETag_is_not_read_again()
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        var (deployment, etag) = await _table.ReadIfChangedAsync(null, Ct);
        Assert.Equal(Id("a@1"), deployment!.Active.Model);
        Assert.Equal((null, etag), await _table.ReadIfChangedAsync(etag, Ct));
        await _table.ChangeAsync(before => before.Activate(new(Id("a@2"), null)), Ct);
        Assert.Equal(Id("a@2"), (await _table.ReadIfChangedAsync(etag, Ct)).Deployment!.Active.Model);
    }

    [Theory]
    [InlineData(false, "POST models", 1)]
    [InlineData(true, "PUT models", 1)]
    [InlineData(true, "PUT models", 3)]
    public async Task Concurrent_changes_all_take_effect(bool isKnown, string write, int others)
    {
        if (isKnown)
        {
            await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        }

        await using var overtaken = new FaultyStorage(_settings.Location);
        overtaken.StepIn(write, () => Task.WhenAll(Enumerable.Range(1, others).Select(i => AddAsync(_settings, i))));
        await AddAsync(_settings.Through(overtaken), others + 1);

        Assert.Equal(
            Enumerable.Range(1, others + 1).Select(i => $"s@{i}"),
            (await _table.ReadAsync(Ct)).Shadows.Select(shadow => shadow.ToString()).Order(StringComparer.Ordinal)
        );

        Task AddAsync(StorageSettings settings, int number) =>
            NewTable(settings).ChangeAsync(choice => choice.AddShadow(Id($"s@{number}")), Ct);
    }

    [Fact]
    public async Task A_change_that_returns_null_leaves_the_row_unchanged()
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        var (_, etag) = await _table.ReadIfChangedAsync(null, Ct);
        Assert.Null(await _table.ChangeAsync(_ => null, Ct));
        Assert.Equal((null, etag), await _table.ReadIfChangedAsync(etag, Ct));
    }

    [Theory]
    [InlineData("FormatVersion", 2)]
    [InlineData("Model", "Not A Model")]
    [InlineData("Calibration", 7)]
    [InlineData("Shadows", "a@1 b")]
    [InlineData("Previous", "a@1")]
    public async Task A_damaged_row_is_neither_used_nor_overwritten(string property, object value)
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        await _tables.UseAsync(
            MinerTables.Models,
            table => table.UpsertEntityAsync(new TableEntity("active", "tether-cny") { [property] = value }, TableUpdateMode.Merge, Ct),
            Ct
        );
        await Assert.ThrowsAsync<DamagedDeploymentException>(() => _table.ReadIfChangedAsync(null, Ct));
        await Assert.ThrowsAsync<DamagedDeploymentException>(() => _table.ChangeAsync(choice => choice, Ct));
    }
}
