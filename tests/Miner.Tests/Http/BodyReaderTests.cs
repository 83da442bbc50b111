using System.IO.Pipelines;
using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>What the server's own limits come to while the body is read.</summary>
public sealed class BodyReaderTests
{
    [Theory]
    [InlineData(408, 408, "Response timeout after: 5s", "close")]
    [InlineData(413, 413, "The body is larger than 16384 bytes.", "close")]
    [InlineData(400, 400, "The body could not be read: it is cut off or badly framed.", "")]
    [InlineData(null, 400, "The body could not be read: it is cut off or badly framed.", "")]
    public async Task A_read_that_the_server_ends_is_refused_for_its_reason(int? thrown, int status, string message, string connection)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(
            new FailingBody(thrown is { } code ? new BadHttpRequestException("", code) : new IOException())
        );

        var read = await new BodyReader(new FakeTimeProvider()).ReadAsync(context.Request, TestContext.Current.CancellationToken);

        Assert.Equal((status, message), (read.Refusal?.Status, read.Refusal?.Message));
        Assert.Equal(connection, context.Response.Headers.Connection.ToString());
    }

    private sealed class FailingBody(Exception exception) : PipeReader, IRequestBodyPipeFeature
    {
        public PipeReader Reader => this;

        public override bool TryRead(out ReadResult result) => throw exception;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw exception;

        public override void AdvanceTo(SequencePosition consumed) { }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) { }

        public override void CancelPendingRead() { }

        public override void Complete(Exception? exception = null) { }
    }
}
