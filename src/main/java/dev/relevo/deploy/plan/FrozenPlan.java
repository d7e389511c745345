package dev.relevo.deploy.plan;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.Durations;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A plan as somebody agrees to it: what is to be done, and what that was decided from. It holds hashes instead of contents, so
 * no secret is in it; a deploy makes the plan again from the project and the cluster, and carries it out only if nothing differs.
 *
 * @param of whose plan it is
 * @param release the number that the release gets
 * @param strategy how the traffic is handed over
 * @param image the image of the release
 * @param why in one sentence, why it goes this way
 * @param settings what a failure leads to, by key of the configuration
 * @param content hash of everything that the release puts into the cluster
 * @param steps the operations in their order
 * @param seen the cluster that the plan was made from
 */
public record FrozenPlan(
        AppRef of,
        int release,
        StrategyName strategy,
        String image,
        String why,
        Map<String, String> settings,
        String content,
        List<Step> steps,
        Sight seen) {
    public FrozenPlan {
        settings = Map.copyOf(settings);
        steps = List.copyOf(steps);
    }

    /**
     * One operation.
     *
     * @param does what it does, in one line for a person
     * @param writes the object that it may write; empty when it only waits or asks
     * @param sha256 hash of all that it consists of
     */
    public record Step(String does, String writes, String sha256) {}

    public static FrozenPlan of(Plan plan, Sight seen, DeployOptions options) {
        ReleaseSpec spec = plan.release().spec();
        return new FrozenPlan(
                spec.ref(),
                plan.release().number(),
                plan.strategy(),
                spec.image(),
                plan.why(),
                settings(options),
                spec.contentHash(),
                plan.operations().stream().map(OperationDigest::step).toList(),
                seen);
    }

    private static Map<String, String> settings(DeployOptions options) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("deploy.rollback", Boolean.toString(options.rollback()));
        settings.put("deploy.timeout", Durations.format(options.timeout()));
        List<Hook> onFailure = options.settings().hooks().onFailure();
        settings.put("deploy.hooks.onFailure", onFailure.isEmpty() ? "none" : OperationDigest.hash(onFailure));
        return settings;
    }

    /**
     * The release and its settings are those that the plan was made for.
     *
     * @throws RelevoException with {@link DeployError#PLAN_INPUTS_CHANGED} when they are not
     */
    public void requireInputs(ReleaseSpec spec, DeployOptions options) {
        List<String> changes = new ArrayList<>();
        if (!of.equals(spec.ref())) {
            changes.add("it is for " + of + ", this is " + spec.ref());
        }
        if (!image.equals(spec.image())) {
            changes.add("the image was " + image + " and is " + spec.image());
        }
        settings(options).forEach((key, now) -> {
            String then = settings.getOrDefault(key, "");
            if (!now.equals(then)) {
                changes.add(key + " was " + then + " and is " + now);
            }
        });
        if (changes.isEmpty() && !content.equals(spec.contentHash())) {
            changes.add("the manifests or the configuration of the release have changed");
        }
        if (!changes.isEmpty()) {
            throw inputsChanged(changes);
        }
    }

    /**
     * The cluster is as it was.
     *
     * @throws RelevoException with {@link DeployError#PLAN_DRIFTED}, naming each object and how it differs
     */
    public void requireCluster(Sight now) {
        List<String> changes = seen.changesTo(now);
        if (!changes.isEmpty()) {
            throw Problem.of(
                            DeployError.PLAN_DRIFTED,
                            "The cluster has changed since the plan was made: " + changes.get(0))
                    .details(changes.subList(1, changes.size()))
                    .remedy("Make the plan again with `relevo plan --out FILE` and have it approved")
                    .asException();
        }
    }

    /**
     * The plan made anew is this one, operation for operation.
     *
     * @throws RelevoException with {@link DeployError#PLAN_INPUTS_CHANGED} when it is not
     */
    public void requireSame(FrozenPlan now) {
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < Math.max(steps.size(), now.steps.size()); i++) {
            String place = "operation " + (i + 1);
            if (i >= now.steps.size()) {
                changes.add(place + " [" + steps.get(i).does() + "] would not be done any more");
            } else if (i >= steps.size()) {
                changes.add(place + " [" + now.steps.get(i).does() + "] would be done besides");
            } else if (!steps.get(i).does().equals(now.steps.get(i).does())) {
                changes.add(place + " was [" + steps.get(i).does() + "] and would be ["
                        + now.steps.get(i).does() + "]");
            } else if (!steps.get(i).equals(now.steps.get(i))) {
                changes.add(place + " [" + steps.get(i).does() + "] would have another content");
            }
        }
        if (!changes.isEmpty()) {
            throw inputsChanged(changes);
        }
    }

    private static RelevoException inputsChanged(List<String> changes) {
        return Problem.of(
                        DeployError.PLAN_INPUTS_CHANGED,
                        "The deploy would not be the one that was planned: " + changes.get(0))
                .details(changes.subList(1, changes.size()))
                .remedy(
                        "Deploy from the working copy and with the options that the plan was made with, or make it again")
                .asException();
    }

    /**
     * What a plan is made from, as hashes.
     *
     * @param objects what tells the versions of an object apart, by the object's name and then by the part of it; an object
     *     that is not there has no parts
     */
    public record Sight(Map<String, Map<String, String>> objects) {
        public Sight {
            objects = Map.copyOf(objects);
        }

        /** How another look differs, one line for each part of each object. */
        List<String> changesTo(Sight now) {
            List<String> changes = new ArrayList<>();
            TreeSet<String> names = new TreeSet<>(objects.keySet());
            names.addAll(now.objects.keySet());
            for (String name : names) {
                Map<String, String> before = objects.getOrDefault(name, Map.of());
                Map<String, String> after = now.objects.getOrDefault(name, Map.of());
                if (before.isEmpty() && !after.isEmpty()) {
                    changes.add(name + " was not there and is now");
                } else if (!before.isEmpty() && after.isEmpty()) {
                    changes.add(name + " is not there any more");
                } else if (!String.valueOf(before.get("uid")).equals(String.valueOf(after.get("uid")))) {
                    changes.add(name + " was deleted and made again");
                } else {
                    parts(name, before, after, changes);
                }
            }
            return changes;
        }

        private static void parts(
                String name, Map<String, String> before, Map<String, String> after, List<String> changes) {
            TreeMap<String, String> all = new TreeMap<>(before);
            all.putAll(after);
            for (String part : all.keySet()) {
                String then = before.getOrDefault(part, "unset");
                String now = after.getOrDefault(part, "unset");
                if (!then.equals(now)) {
                    changes.add(name + ": " + part
                            + (Fingerprint.readable(then) && Fingerprint.readable(now)
                                    ? " was " + then + " and is " + now
                                    : " differs"));
                }
            }
        }
    }
}
