namespace Bittbridge.Testing;

/// <summary>The prices and offshore rates that a test runs with.</summary>
public enum TestSeries
{
    Generated,
    Real,
}
