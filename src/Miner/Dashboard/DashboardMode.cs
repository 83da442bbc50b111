namespace Bittbridge.Miner.Dashboard;

/// <summary>Who may open the dashboard.</summary>
public enum DashboardMode
{
    /// <summary>The operator.</summary>
    On,

    /// <summary>Off: its routes do not exist.</summary>
    Off,

    /// <summary>Everybody; the details of the health parts stay the operator's.</summary>
    Public,
}
