using Bittbridge.Bittensor.Chain;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class StorageKeysTests
{
    [Fact]
    public void Keys_are_those_of_the_chain()
    {
        Assert.Equal("0x658faa385070e074c85bf6b568cf055556af5b07ace59da2c9d7f0d48bc93143a401", StorageKeys.ValidatorPermit(420));
        Assert.Equal("0x658faa385070e074c85bf6b568cf0555a1048e9d244171852dfe8db314dc68caa401", StorageKeys.SubnetworkN(420));
        Assert.Equal("0x658faa385070e074c85bf6b568cf05559f99a2ce711f3a31b2fc05604c93f179a4010100", StorageKeys.Keys(420, 1));
        Assert.Equal("0x658faa385070e074c85bf6b568cf055589c69c2c416b8105d37501394f4de849a401", StorageKeys.Incentive(420));
        Assert.Equal("0x658faa385070e074c85bf6b568cf0555b6522cfe03433e9e101a258ee2f580aba401", StorageKeys.ImmunityPeriod(420));
        Assert.Equal("0x658faa385070e074c85bf6b568cf05555306000b65aa58c97bf98ad9f8619049a4010200", StorageKeys.BlockAtRegistration(420, 2));
        Assert.Equal(
            "0x658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc8a401de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
            StorageKeys.Uids(420, RecordedNode.Alice)
        );
        Assert.Equal(
            "0x658faa385070e074c85bf6b568cf0555b4e0c7b1d5f74994fcd58c28ab601feca401de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
            StorageKeys.Axons(420, RecordedNode.Alice)
        );
    }
}
