package dev.relevo.deploy.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.soak.Soak;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever the records say: what is deleted has a UID that a record names, and no release needs it. */
class PruneTest {
    private static final List<ObjectRef> POOL = pool();
    private static final Set<String> NEVER = Set.of("Namespace", "PersistentVolumeClaim");

    private long decisions;
    private long deletes;

    @Test
    void nothingIsEverDeletedButAnObjectThatARecordNamesByItsUid() {
        Random random = new Random(Soak.seeds(1).findFirst().orElseThrow());
        List<ReleaseSpec> specs =
                IntStream.range(0, 200).mapToObj(number -> spec(number, random)).toList();
        int wanted = Soak.count(200_000);
        while (decisions < wanted) {
            decide(specs, random);
            decisions += POOL.size();
        }
        Soak.figure("prune", "%d decisions, %d deletes, none outside the records", decisions, deletes);
        assertThat(deletes).isPositive();
    }

    @Test
    void anObjectThatIsWrittenInAnotherVersionOfItsApiIsTheSameObjectAndStays() {
        ObjectRef old = new ObjectRef(new Kind("gateway.networking.k8s.io/v1beta1", "HTTPRoute"), "dev", "shop");
        Release release = new Release(2, Instant.EPOCH, Shop.version("v2", StrategyName.ROLLING, Shop.ROUTE));

        assertThat(prune(release, Map.of(old, "uid-1"))).isEmpty();
    }

    @Test
    void anObjectThatTwoReleasesWroteInDifferentVersionsOfItsApiIsDeletedOnceInTheLaterOne() {
        ObjectRef old = new ObjectRef(new Kind("gateway.networking.k8s.io/v1beta1", "HTTPRoute"), "dev", "shop");
        ObjectRef later = new ObjectRef(Kind.HTTP_ROUTE, "dev", "shop");
        Release release = new Release(3, Instant.EPOCH, Shop.version("v3", StrategyName.ROLLING));

        assertThat(prune(release, Map.of(old, "uid-1"), Map.of(later, "uid-1")))
                .containsExactly(new Operation.Delete(later, "uid-1", "no release needs it any more"));
    }

    @Test
    void objectsAreDeletedInTheSameOrderByEveryProcessSoThatAFrozenPlanStaysTheSame() {
        Map<ObjectRef, String> uids = new HashMap<>();
        IntStream.range(10, 50)
                .forEach(i -> uids.put(new ObjectRef(Kind.CONFIG_MAP, "dev", "settings-" + i), "uid-" + i));
        Release release = new Release(2, Instant.EPOCH, Shop.version("v2", StrategyName.ROLLING));

        assertThat(prune(release, uids))
                .hasSize(40)
                .extracting(delete -> ((Operation.Delete) delete).ref().name())
                .isSorted();
    }

    /** @param uids what the releases before it wrote: the first one serves, the others were interrupted */
    @SafeVarargs
    private static List<Operation> prune(Release release, Map<ObjectRef, String>... uids) {
        List<ReleaseRecord> records = new ArrayList<>();
        for (int number = 1; number <= uids.length; number++) {
            Release earlier = new Release(number, Instant.EPOCH, Shop.version("v" + number, StrategyName.ROLLING));
            ReleaseStatus status = number == 1 ? ReleaseStatus.DEPLOYED : ReleaseStatus.PENDING;
            records.add(new ReleaseRecord(earlier, status, uids[number - 1]));
        }
        return new Housekeeping(observed(records), release, Shop.settings(false, 1)).prune();
    }

    private static Observed observed(List<ReleaseRecord> records) {
        return new Observed(
                "shop",
                "dev",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                false,
                records);
    }

    private void decide(List<ReleaseSpec> specs, Random random) {
        List<ReleaseRecord> records = new ArrayList<>();
        int count = random.nextInt(6);
        for (int number = 1; number <= count; number++) {
            ReleaseStatus status = ReleaseStatus.values()[random.nextInt(ReleaseStatus.values().length)];
            records.add(record(new Release(number, Instant.EPOCH, any(specs, random)), status, random));
        }
        boolean restores = count > 0 && random.nextInt(4) == 0;
        Release release = restores
                ? records.get(random.nextInt(count)).release()
                : new Release(count + 1, Instant.EPOCH, any(specs, random));
        Settings settings = Shop.settings(false, 1 + random.nextInt(4));
        for (Operation operation : new Housekeeping(observed(records), release, settings).prune()) {
            Operation.Delete delete = (Operation.Delete) operation;
            deletes++;
            boolean recorded = records.stream()
                    .anyMatch(record -> delete.uid().equals(record.uids().get(delete.ref())));
            boolean needed = release.spec().manifest(delete.ref()).isPresent();
            if (!recorded || needed || NEVER.contains(delete.ref().kind().name())) {
                throw new AssertionError(delete + " by " + release.number() + " of " + records);
            }
        }
    }

    private static ReleaseRecord record(Release release, ReleaseStatus status, Random random) {
        Map<ObjectRef, String> uids = new HashMap<>();
        release.spec().manifests().forEach(manifest -> {
            if (random.nextInt(4) > 0) {
                uids.put(manifest.ref(), "uid-" + POOL.indexOf(manifest.ref()) + "-" + random.nextInt(3));
            }
        });
        return new ReleaseRecord(release, status, uids);
    }

    private static ReleaseSpec any(List<ReleaseSpec> specs, Random random) {
        return specs.get(random.nextInt(specs.size()));
    }

    private static ReleaseSpec spec(int number, Random random) {
        ReleaseSpec plain = Shop.version("v" + number, StrategyName.ROLLING);
        List<KubeObject> manifests = new ArrayList<>(List.of(plain.workloadManifest()));
        POOL.stream()
                .filter(ref -> random.nextBoolean() && !ref.equals(plain.workload()))
                .forEach(ref -> manifests.add(KubeObject.named(ref).with(tree -> {
                    if (ref.name().startsWith("frozen")) {
                        tree.put("immutable", true);
                    }
                })));
        return new ReleaseSpec(
                "shop",
                "dev",
                plain.image(),
                Optional.empty(),
                manifests,
                plain.workload(),
                StrategyName.ROLLING,
                Optional.empty());
    }

    private static List<ObjectRef> pool() {
        List<ObjectRef> refs = new ArrayList<>();
        refs.add(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop"));
        refs.add(new ObjectRef(Kind.NAMESPACE, "", "dev"));
        refs.add(new ObjectRef(new Kind("v1", "PersistentVolumeClaim"), "dev", "data"));
        refs.add(new ObjectRef(Kind.HORIZONTAL_POD_AUTOSCALER, "dev", "shop"));
        for (int i = 0; i < 4; i++) {
            refs.add(new ObjectRef(Kind.CONFIG_MAP, "dev", "frozen-" + i));
            refs.add(new ObjectRef(Kind.SECRET, "dev", "frozen-" + i));
            refs.add(new ObjectRef(Kind.CONFIG_MAP, "dev", "plain-" + i));
            refs.add(new ObjectRef(Kind.DEPLOYMENT, "dev", "helper-" + i));
        }
        return List.copyOf(refs);
    }
}
