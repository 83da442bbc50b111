using Azure.Data.Tables;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class DeploymentTableTests
{
    private readonly MinerTables _tables;
    private readonly DeploymentTable _table;

    public DeploymentTableTests(TestStorage storage)
    {
        _tables = new(storage.NewSettings());
        _table = new(_tables, TimeProvider.System);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_nothing_was_chosen_the_settings_decide()
    {
        Assert.Equal((Deployment.None, null), await _table.LookAsync(null, Ct));
        Assert.Equal(Deployment.None, await _table.ReadAsync(Ct));
        Assert.Equal((Deployment.None, null), await _table.LookAsync(null, Ct));
    }

    [Fact]
    public async Task A_choice_comes_back_as_it_was_written_and_its_row_is_where_it_belongs()
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
            await _tables.Swift(MinerTables.Models).GetEntityAsync<TableEntity>("active", "tether-cny", cancellationToken: Ct)
        ).Value;
        Assert.Equal("mine@2", row.GetString("Model"));
        Assert.Equal("mine@1+- -+cal@0 -+-", row.GetString("Previous"));
    }

    [Fact]
    public async Task Who_knows_the_row_already_is_told_so()
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        var (choice, etag) = await _table.LookAsync(null, Ct);
        Assert.Equal(Id("a@1"), choice!.Active.Model);
        Assert.Equal((null, etag), await _table.LookAsync(etag, Ct));
        await _table.ChangeAsync(before => before.Activate(new(Id("a@2"), null)), Ct);
        Assert.Equal(Id("a@2"), (await _table.LookAsync(etag, Ct)).Choice!.Active.Model);
    }

    [Fact]
    public async Task Changes_at_once_all_take_effect()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => _table.ChangeAsync(choice => choice.AddShadow(Id($"s@{i}")), Ct)));
        Assert.Equal(
            Enumerable.Range(1, 8).Select(i => $"s@{i}"),
            (await _table.ReadAsync(Ct)).Shadows.Select(shadow => shadow.ToString()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_change_that_is_none_leaves_the_row_as_it_is()
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        var (_, etag) = await _table.LookAsync(null, Ct);
        Assert.Null(await _table.ChangeAsync(_ => null, Ct));
        Assert.Equal((null, etag), await _table.LookAsync(etag, Ct));
    }

    [Theory]
    [InlineData("FormatVersion", 2)]
    [InlineData("Model", "Not A Model")]
    [InlineData("Calibration", 7)]
    [InlineData("Shadows", "a@1 b")]
    [InlineData("Previous", "a@1")]
    public async Task A_damaged_row_is_never_taken_for_a_choice_nor_overwritten(string property, object value)
    {
        await _table.ChangeAsync(choice => choice.Activate(new(Id("a@1"), null)), Ct);
        await _tables.UseAsync(
            MinerTables.Models,
            table => table.UpsertEntityAsync(new TableEntity("active", "tether-cny") { [property] = value }, TableUpdateMode.Merge, Ct),
            Ct
        );
        await Assert.ThrowsAsync<DamagedDeploymentException>(() => _table.LookAsync(null, Ct));
        await Assert.ThrowsAsync<DamagedDeploymentException>(() => _table.ChangeAsync(choice => choice, Ct));
    }
}
