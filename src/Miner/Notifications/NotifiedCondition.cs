namespace Bittbridge.Miner.Notifications;

/// <summary>Something that is reported to the operator, as one instance sees it now.</summary>
/// <param name="Event">Its name, such as <c>price-too-old</c>; the row's key.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">The state of things in words; also while nothing is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="IsActive">Whether it is so; null when this instance doesn't know.</param>
/// <param name="Patience">How long it must be so until the operator is told.</param>
internal sealed record NotifiedCondition(string Event, string Title, string Detail, string Remedy, bool? IsActive, TimeSpan Patience);
