package dev.relevo.deploy.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Json;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A frozen plan as a JSON file, with a SHA-256 over everything in it. Only its owner can read it: it holds no content of any
 * object, but a short secret could be guessed from a hash.
 */
public final class PlanFile {
    private static final int FORMAT = 1;
    private static final String SUM = "sha256";

    private final ObjectNode document;
    private final FrozenPlan plan;

    private PlanFile(ObjectNode document, FrozenPlan plan) {
        this.document = document;
        this.plan = plan;
    }

    public static PlanFile of(FrozenPlan plan) {
        ObjectNode document = document(plan);
        document.put(SUM, sum(document));
        return new PlanFile(document, plan);
    }

    /**
     * Reads a file.
     *
     * @throws RelevoException with {@link DeployError#PLAN_UNUSABLE} when it is none, or was changed after it was written
     */
    public static PlanFile read(Path file) {
        try {
            if (!(Json.parse(Files.readAllBytes(file)) instanceof ObjectNode document)
                    || document.path("format").asInt() != FORMAT) {
                throw unusable(file, "it is not a plan of format " + FORMAT)
                        .remedy("Make it with `relevo plan --out FILE`")
                        .asException();
            }
            if (!sum(document).equals(document.path(SUM).asText())) {
                throw unusable(file, "it was changed after it was made: its content does not fit its sha256")
                        .remedy("Make the plan again with `relevo plan --out FILE`")
                        .asException();
            }
            return new PlanFile(document, plan(document));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw unusable(file, "it cannot be read as a plan: " + e.getMessage())
                    .remedy("Make it with `relevo plan --out FILE`")
                    .asException(e);
        } catch (IOException e) {
            throw unusable(file, e.toString())
                    .remedy("Name a file that `relevo plan --out FILE` has written")
                    .asException(e);
        }
    }

    public FrozenPlan plan() {
        return plan;
    }

    /** The hash that stands for the whole plan: 64 hexadecimal digits. */
    public String sha256() {
        return document.path(SUM).asText();
    }

    /**
     * The plan is the one that somebody agreed to.
     *
     * @param approved its hash, or at least the first 12 digits of it
     * @throws RelevoException with {@link DeployError#PLAN_UNUSABLE} when it is another one
     */
    public void requireApproved(String approved) {
        if (!approved.matches("[0-9a-f]{12,64}") || !sha256().startsWith(approved)) {
            throw Problem.of(
                            DeployError.PLAN_UNUSABLE,
                            "The plan has the hash [" + sha256() + "]; approved was [" + approved + "]")
                    .remedy(
                            "Have this plan approved, or deploy the one that was; a hash has 12 to 64 hexadecimal digits")
                    .asException();
        }
    }

    /** Writes the file at once, for its owner only. */
    public void write(Path file) {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path temporary = Files.createTempFile(folder, ".plan", ".json", ownerOnly());
            try {
                Files.write(temporary, Json.pretty(document).getBytes(StandardCharsets.UTF_8));
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw Problem.of(DeployError.PLAN_UNUSABLE, "The plan cannot be written to [" + file + "]")
                    .detail(e.toString())
                    .remedy("Name a file in a folder that you may write to")
                    .asException(e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static Problem unusable(Path file, String why) {
        return Problem.of(DeployError.PLAN_UNUSABLE, "The plan [" + file + "] cannot be used: " + why);
    }

    private static String sum(ObjectNode document) {
        return Json.sha256(Json.canonical(document.deepCopy().without(SUM)));
    }

    private static ObjectNode document(FrozenPlan plan) {
        ObjectNode document = Json.object();
        document.put("format", FORMAT)
                .put("app", plan.of().app())
                .put("namespace", plan.of().namespace())
                .put("release", plan.release())
                .put("strategy", plan.strategy().written())
                .put("image", plan.image())
                .put("why", plan.why())
                .put("content", plan.content());
        ObjectNode settings = document.putObject("settings");
        new TreeMap<>(plan.settings()).forEach(settings::put);
        ArrayNode operations = document.putArray("operations");
        plan.steps()
                .forEach(step -> operations
                        .addObject()
                        .put("does", step.does())
                        .put("writes", step.writes())
                        .put(SUM, step.sha256()));
        ObjectNode seen = document.putObject("seen");
        new TreeMap<>(plan.seen().objects()).forEach((name, parts) -> {
            ObjectNode object = seen.putObject(name);
            new TreeMap<>(parts).forEach(object::put);
        });
        return document;
    }

    private static FrozenPlan plan(ObjectNode document) {
        List<FrozenPlan.Step> steps = new ArrayList<>();
        document.path("operations")
                .forEach(step -> steps.add(new FrozenPlan.Step(
                        step.path("does").asText(),
                        step.path("writes").asText(),
                        step.path(SUM).asText())));
        Map<String, Map<String, String>> seen = new LinkedHashMap<>();
        document.path("seen").properties().forEach(entry -> seen.put(entry.getKey(), strings(entry.getValue())));
        return new FrozenPlan(
                new AppRef(
                        document.path("app").asText(),
                        document.path("namespace").asText()),
                document.path("release").asInt(),
                StrategyName.ofWritten(document.path("strategy").asText()),
                document.path("image").asText(),
                document.path("why").asText(),
                strings(document.path("settings")),
                document.path("content").asText(),
                steps,
                new FrozenPlan.Sight(seen));
    }

    private static Map<String, String> strings(JsonNode node) {
        Map<String, String> found = new LinkedHashMap<>();
        node.properties()
                .forEach(entry -> found.put(entry.getKey(), entry.getValue().asText()));
        return found;
    }
}
