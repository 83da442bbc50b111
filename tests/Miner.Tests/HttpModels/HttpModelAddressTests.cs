using Bittbridge.Miner.HttpModels;

namespace Bittbridge.Miner.Tests.HttpModels;

public sealed class HttpModelAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9000/", "http://127.0.0.1:9000/", "http@1", true)]
    [InlineData("http://localhost:9000", "http://localhost:9000/", "http@1", true)]
    [InlineData("http://[::1]:9000/predict", "http://[::1]:9000/predict", "http@1", true)]
    [InlineData("HTTPS://models.example/usdt/#my-arima@2", "https://models.example/usdt/", "my-arima@2", true)]
    [InlineData("http://models.example:9000/#a@1", "http://models.example:9000/", "a@1", false)]
    public void A_URL_names_the_program_and_its_fragment_the_model(string text, string url, string id, bool isPrivate)
    {
        Assert.True(HttpModelAddress.IsUrl(text));
        Assert.True(HttpModelAddress.TryParse(text, out var address, out _));
        Assert.Equal((url, id, isPrivate), (address.Url.AbsoluteUri, address.Id.ToString(), address.IsPrivate));
    }

    [Theory]
    [InlineData("http://", "such as http://127.0.0.1:9000/")]
    [InlineData("http://127.0.0.1:99999/", "such as http://127.0.0.1:9000/")]
    [InlineData("http://user:secret@127.0.0.1:9000/", "ModelToken")]
    [InlineData("http://127.0.0.1:9000/?code=secret", "ModelToken")]
    [InlineData("http://127.0.0.1:9000/#my-arima", "name@version")]
    [InlineData("http://127.0.0.1:9000/#My@1", "name@version")]
    [InlineData("http://127.0.0.1:9000/#arima@2", "built-in model")]
    public void Any_other_URL_is_refused_with_a_remedy(string text, string remedy)
    {
        Assert.False(HttpModelAddress.TryParse(text, out _, out var said));
        Assert.Contains(remedy, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filtered-smoothers")]
    [InlineData("./http://x")]
    [InlineData("http")]
    public void A_name_or_a_path_is_not_a_URL(string text) => Assert.False(HttpModelAddress.IsUrl(text));
}
