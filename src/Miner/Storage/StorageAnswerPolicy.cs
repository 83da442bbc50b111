using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Bittbridge.Miner.Storage;

/// <summary>
/// Refuses answers that are not from Azure Storage: another program may listen at its address, or a proxy may answer with a page of its
/// own. The client libraries would read such an answer as a row or a file, or throw any exception of their parsers.
/// </summary>
internal sealed class StorageAnswerPolicy : HttpPipelinePolicy
{
    /// <summary>Every answer of Azure Storage and of Azurite has it, also a refusal.</summary>
    private const string StorageHeader = "x-ms-request-id";

    /// <summary>The gateways in front of storage answer without the header too, but only with these.</summary>
    private const int FirstServerError = 500;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Check(message.Response);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        Check(message.Response);
    }

    /// <summary>The exception has no status: a 404 would be taken for a table or a row that is missing.</summary>
    private static void Check(Response response)
    {
        if (response.Status < FirstServerError && !response.Headers.Contains(StorageHeader))
        {
            throw new RequestFailedException($"what answered {response.Status} at its address is not Azure Storage");
        }
    }
}
