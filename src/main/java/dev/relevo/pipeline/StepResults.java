package dev.relevo.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.relevo.config.RelevoConfig;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.report.timeline.Timeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The files {@code .relevo/<step>.json}: the only thing that one step tells another, whoever starts them. A file appears
 * whole or not at all, and a step that has begun and not ended has none. Their form is published as
 * {@code dev/relevo/step-result.schema.json}.
 */
public final class StepResults {
    /** The folder below the project that everything generated lies in; git never sees it. */
    public static final String FOLDER = ".relevo";

    private static final String TIMELINE = "timeline.json";

    private static final Map<Class<? extends StepResult>, String> STEPS = Map.of(
            StepResult.Tests.class, "test",
            StepResult.Build.class, "build",
            StepResult.Push.class, "push",
            StepResult.Config.class, "configmap",
            StepResult.Deploy.class, "deploy");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addSerializer(Path.class, new PathWithSlashes()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .build();

    private final Path folder;

    private StepResults(Path project) {
        this.folder = project.resolve(FOLDER);
    }

    /** Makes ready what keeps a run's timeline. */
    public static void expectTimeline() {
        var unusedReader = JSON.readerFor(Timeline.class);
        var unusedWriter = JSON.writerFor(Timeline.class);
    }

    /** Makes ready what writes this step's result; does nothing for other words. */
    public static void expect(String step) {
        STEPS.forEach((type, name) -> {
            if (name.equals(step)) {
                var unused = JSON.writerFor(type);
            }
        });
    }

    /** The results of the project in this folder. */
    public static StepResults of(Path project) {
        return new StepResults(project);
    }

    /** The folder {@code .relevo}, made with its {@code .gitignore} if it is missing. */
    public Path folder() {
        try {
            Files.createDirectories(folder);
            if (!Files.exists(folder.resolve(".gitignore"))) {
                writeAtOnce(folder.resolve(".gitignore"), "*\n".getBytes(StandardCharsets.UTF_8));
            }
            return folder;
        } catch (IOException e) {
            throw notWritable(folder, e);
        }
    }

    /** The folder for reports of tests that have no other place, made if it is missing. */
    public Path reports() {
        Path reports = folder().resolve("reports");
        try {
            return Files.createDirectories(reports);
        } catch (IOException e) {
            throw notWritable(reports, e);
        }
    }

    /** How and when a step went. */
    public record Run(String step, Event.Outcome outcome, Instant startedAt, Duration took) {}

    /** Forgets a step's last result, because it begins anew. */
    public void forget(String step) {
        try {
            Files.deleteIfExists(file(step));
        } catch (IOException e) {
            throw notWritable(file(step), e);
        }
    }

    /** Writes a step's result, or why it has none, or both: failed tests are counted, too. */
    public void write(Run run, Optional<? extends StepResult> result, Optional<Problem> problem) {
        folder();
        ObjectNode json = JSON.createObjectNode();
        json.put("apiVersion", RelevoConfig.API_VERSION);
        json.put("step", run.step());
        json.put("outcome", run.outcome().name());
        json.put("startedAt", run.startedAt().truncatedTo(ChronoUnit.MILLIS).toString());
        json.put("seconds", run.took().toMillis() / 1000.0);
        if (result.isPresent()) {
            json.set("result", JSON.valueToTree(result.get()));
        }
        problem.ifPresent(value -> json.set("error", describe(value)));
        keep(file(run.step()), json);
    }

    /**
     * What an earlier step has handed on.
     *
     * @throws RelevoException when it did not run, failed, or left something that cannot be read
     */
    public <T extends StepResult> T require(Class<T> type) {
        String step = stepOf(type);
        JsonNode json = read(step)
                .orElseThrow(() -> Problem.of(StepError.NOT_RUN, "Step [" + step + "] has no result in " + folder)
                        .remedy("Run `relevo " + step + "` first, or `relevo run` for all steps")
                        .asException());
        if (json.has("error")) {
            throw Problem.of(StepError.FAILED_BEFORE, "Step [" + step + "] failed before")
                    .detail(json.path("error").path("code").asText() + ": "
                            + json.path("error").path("summary").asText())
                    .remedy("Correct that, then run `relevo " + step + "` again")
                    .asException();
        }
        try {
            return JSON.treeToValue(json.path("result"), type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw unreadable(step, e);
        }
    }

    /** What a step has left, also one that failed; empty when it left nothing that can be read. */
    public <T extends StepResult> Optional<T> left(Class<T> type) {
        try {
            return read(stepOf(type))
                    .map(json -> json.path("result"))
                    .filter(JsonNode::isObject)
                    .map(result -> JSON.convertValue(result, type));
        } catch (RelevoException | IllegalArgumentException nothingToUse) {
            return Optional.empty();
        }
    }

    /** What an earlier step has handed on; empty when it did not run, failed, or cannot be read. */
    public <T extends StepResult> Optional<T> find(Class<T> type) {
        try {
            return Optional.of(require(type));
        } catch (RelevoException nothingToUse) {
            return Optional.empty();
        }
    }

    /** Writes down what has happened so far, for the page about it. */
    public void write(Timeline timeline) {
        folder();
        keep(folder.resolve(TIMELINE), timeline);
    }

    /** What has happened in the last run; empty when there was none, or nobody knows any more what. */
    public Optional<Timeline> timeline() {
        try {
            Timeline read = JSON.readValue(Files.readAllBytes(folder.resolve(TIMELINE)), Timeline.class);
            return Optional.of(read).filter(found -> RelevoConfig.API_VERSION.equals(found.apiVersion()));
        } catch (IOException noneOrOfAnotherVersion) {
            return Optional.empty();
        }
    }

    private void keep(Path file, Object content) {
        try {
            writeAtOnce(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
        } catch (IOException e) {
            throw notWritable(file, e);
        }
    }

    /**
     * Writes a file for people, whole or not at all.
     *
     * @throws RelevoException with {@link StepError#NOT_WRITABLE}
     */
    public static void write(Path file, String text) {
        try {
            writeAtOnce(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw notWritable(file, e);
        }
    }

    private Optional<JsonNode> read(String step) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file(step)));
            if (!json.path("apiVersion").asText().equals(RelevoConfig.API_VERSION)
                    || !(json.has("result") || json.has("error"))) {
                throw unreadable(step, new IOException("it is not a step result of " + RelevoConfig.API_VERSION));
            }
            return Optional.of(json);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(step, e);
        }
    }

    private static String stepOf(Class<? extends StepResult> type) {
        String step = STEPS.get(type);
        if (step == null) {
            throw new IllegalArgumentException("No step writes " + type);
        }
        return step;
    }

    private Path file(String step) {
        return folder.resolve(step + ".json");
    }

    private static ObjectNode describe(Problem problem) {
        ObjectNode json = JSON.createObjectNode();
        json.put("code", problem.code().id());
        json.put("summary", problem.summary());
        json.set("details", JSON.valueToTree(problem.details()));
        problem.remedy().ifPresent(remedy -> json.put("remedy", remedy));
        return json;
    }

    private static void writeAtOnce(Path target, byte[] content) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try {
            Files.write(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private RelevoException unreadable(String step, Exception cause) {
        return Problem.of(StepError.UNREADABLE, "The result of step [" + step + "] cannot be read: " + file(step))
                .detail(String.valueOf(cause.getMessage()))
                .remedy("Run `relevo " + step + "` again")
                .asException(cause);
    }

    private static RelevoException notWritable(Path file, IOException cause) {
        return Problem.of(StepError.NOT_WRITABLE, "Cannot write [" + file + "]")
                .detail(cause.toString())
                .remedy("Check the folder's owner and the free space of its disk")
                .asException(cause);
    }

    /** Paths look the same in every file, whatever system wrote it. */
    private static final class PathWithSlashes extends StdSerializer<Path> {
        private static final long serialVersionUID = 1L;

        PathWithSlashes() {
            super(Path.class);
        }

        @Override
        public void serialize(Path value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString().replace('\\', '/'));
        }
    }
}
