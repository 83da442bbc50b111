namespace Bittbridge.EndToEnd.Tests.Interop;

/// <summary>What an SDK made of an answer.</summary>
/// <param name="Status">The status as its caller sees it.</param>
/// <param name="Message">The message as its caller sees it.</param>
/// <param name="AxonStatus">The status that the synapse says; null for none.</param>
/// <param name="Timestamp">Whether the question's timestamp came back.</param>
/// <param name="Prediction">CNY per USDT; null for none.</param>
/// <param name="Interval">Lower and upper; null for none.</param>
internal sealed record SdkAnswer(
    int Status,
    string? Message,
    int? AxonStatus,
    bool Timestamp,
    double? Prediction,
    IReadOnlyList<double>? Interval
);
