package dev.relevo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaRatioTest {
    @ParameterizedTest(name = "{1} % beside {0} pods are {2} pods")
    @CsvSource({"3,10,1", "3,50,3", "3,80,3", "10,10,1", "20,10,2", "9,10,1", "1,1,1", "3,0,0", "4,100,4"})
    void asManyPodsAsComeNearestToTheShare(int stable, int percent, int pods) {
        assertThat(ratio(stable).pods(percent)).isEqualTo(pods);
    }

    @Test
    void theRealShareIsSaidPlainly() {
        assertThat(ratio(3).share(10)).hasToString("asked 10 %, real 1 of 4 = 25 %");
        assertThat(ratio(9).share(10)).hasToString("10 %");
    }

    private static ReplicaRatio ratio(int stable) {
        return new ReplicaRatio(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop-candidate"), stable, false);
    }
}
