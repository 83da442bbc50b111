using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Miner.Access;

/// <summary>What one node said of the subnet.</summary>
/// <param name="Node">The node, without anything secret.</param>
/// <param name="Subnet">What it said.</param>
internal sealed record SubnetSaid(string Node, SubnetSnapshot Subnet);

/// <summary>What came of a review.</summary>
/// <param name="Record">The new record; the one before where nothing changes.</param>
/// <param name="Objections">Why nodes were not believed, a clause each; the list stays as it was when nobody was.</param>
/// <param name="IsReplaced">Whether the list is a new one.</param>
/// <param name="Waiting">How many new hotkeys and permits don't count yet, since only one node has told of them.</param>
internal sealed record ListReviewResult(ValidatorRecord Record, IReadOnlyList<string> Objections, bool IsReplaced, int Waiting);

/// <summary>
/// Judges what nodes say beside what is known, so that no lie of one node lasts. Pure: the same record, words and time always give the same
/// result, so that a write that clashed with another instance's is judged again.
/// </summary>
/// <param name="nodes">How many nodes are configured. Of several, two must tell of a new hotkey or permit before it counts; a single one is
/// taken at its word.</param>
/// <param name="maxAge">How old a list may become; an older one stands in the way of none.</param>
/// <param name="blockTime">The time between two blocks.</param>
internal sealed class ListReview(int nodes, TimeSpan maxAge, TimeSpan blockTime)
{
    /// <summary>The chain's pace.</summary>
    public static readonly TimeSpan ChainBlockTime = TimeSpan.FromSeconds(12);

    /// <summary>The pace of a development node with fast blocks.</summary>
    public static readonly TimeSpan FastBlockTime = TimeSpan.FromSeconds(0.25);

    /// <summary>How much time clocks and nodes may be apart, in blocks of the chain: 5 minutes.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    /// <summary>Whether what was said so far needs no further node: two agree in every hotkey and permit.</summary>
    public bool IsEnough(IReadOnlyList<SubnetSnapshot> said)
    {
        var last = said[^1];
        return nodes == 1 || said.SkipLast(1).Any(other => IsNear(other, last) && other.Neurons.SequenceEqual(last.Neurons));
    }

    public ListReviewResult Review(ValidatorRecord before, IReadOnlyList<SubnetSaid> said, DateTimeOffset now)
    {
        var known = before.List is { } list && list.IsGood(now, maxAge) ? list : null;

        // What nothing confirmed does not count against what two nodes say, even where they differ.
        var anchor = known is { Evidence: ListEvidence.OneLook } && said.Count > 1 ? null : known;
        var looks = said.Select(one => Judge(one, said, anchor, before.HeldBack, now)).ToList();
        var objections = looks.Where(look => look.Objection is not null).Select(look => $"{look.Said.Node}: {look.Objection}").ToList();
        var believed = looks.Where(look => look.Objection is null).ToList();
        if (believed.Count == 0)
        {
            return new(HoldBack(before, said[0].Subnet, now), objections, false, 0);
        }

        if (nodes == 1)
        {
            return new(Single(believed[0], before, known, now), objections, true, 0);
        }

        return Several(believed, before, anchor, objections, now);
    }

    private Look Judge(
        SubnetSaid one,
        IReadOnlyList<SubnetSaid> said,
        ValidatorSnapshot? anchor,
        ValidatorSnapshot? heldBack,
        DateTimeOffset now
    )
    {
        var subnet = one.Subnet;
        var evidence =
            said.Any(other => !ReferenceEquals(other, one) && IsNear(other.Subnet, subnet) && Agree(other.Subnet, subnet))
                ? ListEvidence.TwoNodes
            : heldBack is not null && heldBack.Subnet.Block < subnet.Block && IsLater(heldBack, now) && Follows(heldBack, subnet, now)
                ? ListEvidence.TwoLooks
            : ListEvidence.OneLook;
        if (anchor is null)
        {
            return new(one, evidence, false, null);
        }

        var overrules = evidence > ListEvidence.OneLook && evidence >= anchor.Evidence;
        var block = anchor.Subnet.Block;
        var (isOlder, isAhead, keepsMost) = (subnet.Block < block, subnet.Block > MaxBlock(anchor, now), subnet.KeepsMostOf(anchor.Subnet));
        var objection =
            isOlder && !overrules ? $"block {subnet.Block} is older than the last list's, block {block}"
            : isAhead && !overrules
                ? $"block {subnet.Block} is further ahead of the last list's, block {block}, than the time since then allows"
            : !keepsMost && evidence == ListEvidence.OneLook
                ? $"most of the hotkeys or permits of block {block} are gone at block {subnet.Block}; a second look will tell"
            : null;
        return new(one, evidence, objection is null && (isOlder || isAhead || !keepsMost), objection);
    }

    // The same again is no second look, nor does it put one off.
    private ValidatorRecord HoldBack(ValidatorRecord before, SubnetSnapshot subnet, DateTimeOffset now) =>
        before.HeldBack is { } held && Follows(held, subnet, now) ? before : before with { HeldBack = new(subnet, now) };

    private static ValidatorRecord Single(Look look, ValidatorRecord before, ValidatorSnapshot? known, DateTimeOffset now)
    {
        var subnet = look.Said.Subnet;
        if (known is null || look.Overrules)
        {
            return new(new(subnet, now, look.Evidence), null);
        }

        // A node that tells now one thing and now another confirms nothing, and the older of its stories gets its second look.
        var contradicted = known.Evidence == ListEvidence.OneLook && before.HeldBack is { } held && held.Subnet.Block < known.Subnet.Block;
        var isSecond = !contradicted && subnet.Block > known.Subnet.Block && IsLater(known, now) && Agree(subnet, known.Subnet);
        return new(
            new(subnet, now, isSecond && known.Evidence == ListEvidence.OneLook ? ListEvidence.TwoLooks : known.Evidence),
            contradicted ? before.HeldBack : null
        );
    }

    private static ListReviewResult Several(
        List<Look> believed,
        ValidatorRecord before,
        ValidatorSnapshot? anchor,
        List<string> objections,
        DateTimeOffset now
    )
    {
        var known = believed.Any(look => look.Overrules) ? null : anchor;
        var subnets = believed.Select(look => look.Said.Subnet).ToList();
        if (known is null && subnets.Count == 1)
        {
            // Better than answering nobody; the next word of a second node decides.
            return new(new(new(subnets[0], now, believed[0].Evidence), null), objections, true, 0);
        }

        // What is known speaks too, where two nodes have confirmed it or there is no second one to be heard.
        List<SubnetSnapshot> voters =
            known is not null && (known.Evidence == ListEvidence.TwoNodes || subnets.Count == 1) ? [.. subnets, known.Subnet] : subnets;
        var (neurons, waiting) = Common(voters, subnets);
        var agreed = believed
            .Where(look => look.Evidence == ListEvidence.TwoNodes)
            .Select(look => look.Said.Subnet.Block)
            .DefaultIfEmpty(0u)
            .Min();
        var (block, blockAt, evidence) =
            agreed > 0 ? (agreed, now, ListEvidence.TwoNodes)
            : known is not null ? (known.Subnet.Block, known.BlockAt, known.Evidence)
            : (subnets.Min(subnet => subnet.Block), now, ListEvidence.OneLook);
        return SubnetSnapshot.TryCreate(subnets[0].Netuid, block, neurons) is { } common
            ? new(new(new(common, now, evidence, blockAt), null), objections, true, waiting)
            : new(before, [.. objections, "the nodes have no hotkey in common"], false, waiting);
    }

    /// <summary>The hotkeys and permits that two voters tell of, and how many of what nodes say are not among them.</summary>
    private static (IReadOnlyList<Neuron> Neurons, int Waiting) Common(List<SubnetSnapshot> voters, List<SubnetSnapshot> said)
    {
        var votes = new Dictionary<PublicKey, (int Hotkey, int Permit)>();
        foreach (var neuron in voters.SelectMany(voter => voter.Neurons))
        {
            var (hotkey, permit) = votes.GetValueOrDefault(neuron.Hotkey);
            votes[neuron.Hotkey] = (hotkey + 1, permit + (neuron.Permit ? 1 : 0));
        }

        var neurons = votes
            .Where(vote => vote.Value.Hotkey > 1)
            .Select((vote, i) => new Neuron((ushort)i, vote.Key, vote.Value.Permit > 1))
            .ToList();
        var waiting = said.SelectMany(subnet => subnet.Neurons)
            .Where(neuron => votes[neuron.Hotkey] is var vote && (vote.Hotkey < 2 || (neuron.Permit && vote.Permit < 2)))
            .Select(neuron => neuron.Hotkey)
            .Distinct()
            .Count();
        return (neurons, waiting);
    }

    // Two looks at one moment, by two instances at one node, are one.
    private static bool IsLater(ValidatorSnapshot earlier, DateTimeOffset now) => now - earlier.ReadAt >= ValidatorRefresh.SecondLookAfter;

    private bool Follows(ValidatorSnapshot earlier, SubnetSnapshot subnet, DateTimeOffset now) =>
        subnet.Block >= earlier.Subnet.Block && subnet.Block <= MaxBlock(earlier, now) && Agree(earlier.Subnet, subnet);

    private static bool Agree(SubnetSnapshot one, SubnetSnapshot other) => one.KeepsMostOf(other) && other.KeepsMostOf(one);

    private bool IsNear(SubnetSnapshot one, SubnetSnapshot other) => Math.Abs((long)one.Block - other.Block) <= Blocks(Slack);

    private long MaxBlock(ValidatorSnapshot list, DateTimeOffset now) =>
        list.Subnet.Block + Blocks((now > list.BlockAt ? now - list.BlockAt : TimeSpan.Zero) + Slack);

    private long Blocks(TimeSpan time) => (long)(time / blockTime);

    /// <param name="Said">What was said.</param>
    /// <param name="Evidence">What speaks for it.</param>
    /// <param name="Overrules">Whether it is believed although it contradicts what is known.</param>
    /// <param name="Objection">Why it is not believed; null for what is.</param>
    private sealed record Look(SubnetSaid Said, ListEvidence Evidence, bool Overrules, string? Objection);
}
