package dev.relevo.pipeline;

import dev.relevo.config.Durations;
import dev.relevo.config.HookConfig.HttpCall;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sends the requests of hooks and runs their programs, on the machine that deploys. */
public final class HookErrands implements Errands {
    private static final int SHOWN = 200;

    private final StepContext context;
    private final Map<String, String> variables;
    private Optional<HttpClient> http = Optional.empty();

    /** @param variables the environment, which holds the secret headers */
    public HookErrands(StepContext context, Map<String, String> variables) {
        this.context = context;
        this.variables = Map.copyOf(variables);
    }

    @Override
    public String run(Hook hook, HookScene scene) throws InterruptedException {
        if (hook.action() instanceof Hook.Request request) {
            return send(hook, request.call(), scene);
        }
        if (hook.action() instanceof Hook.Program program) {
            return execute(hook, program.words(), scene);
        }
        throw new IllegalArgumentException("Jobs run in the cluster, not here: " + hook.name());
    }

    @Override
    public Map<String, String> trace() {
        return context.trace().get();
    }

    private String send(Hook hook, HttpCall call, HookScene scene) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(call.url()))
                .timeout(hook.timeout())
                .method(
                        call.method(),
                        call.body()
                                .map(text -> HttpRequest.BodyPublishers.ofString(filledIn(text, scene)))
                                .orElseGet(HttpRequest.BodyPublishers::noBody));
        // What the hook says itself replaces a header of the trace.
        trace().forEach((name, value) -> request.setHeader(name.toLowerCase(Locale.ROOT), value));
        call.headers().forEach((name, value) -> request.setHeader(name, filledIn(value, scene)));
        call.headersFrom().forEach((name, variable) -> request.setHeader(name, secret(hook, name, variable)));
        HttpResponse<String> answer;
        try {
            answer = http().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw Errands.failed(hook, "no answer within " + Durations.format(hook.timeout()))
                    .asException(e);
        } catch (IOException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse("the host cannot be reached");
            throw Errands.failed(hook, "no answer: " + why).asException(e);
        }
        int status = answer.statusCode();
        boolean expected = call.expect().map(wanted -> wanted == status).orElse(status >= 200 && status <= 299);
        if (!expected) {
            throw Errands.failed(
                            hook,
                            "answered " + status + "; expected "
                                    + call.expect().map(String::valueOf).orElse("200 to 299") + shown(answer.body()))
                    .asException();
        }
        return "answered " + status;
    }

    private String secret(Hook hook, String header, String variable) {
        return Optional.ofNullable(variables.get(variable))
                .filter(value -> !value.isBlank())
                .map(String::strip)
                .orElseThrow(() -> Errands.failed(
                                hook,
                                "the variable " + variable + ", which holds the header " + header + ", is not set")
                        .remedy("Set " + variable + " where Relevo runs, e.g. from the CI's credentials")
                        .asException());
    }

    private String filledIn(String text, HookScene scene) {
        String filled = text;
        for (Map.Entry<String, String> value : values(scene).entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    private Map<String, String> values(HookScene scene) {
        Map<String, String> values = new LinkedHashMap<>(scene.values());
        values.put("environment", context.config().environment().name());
        return values;
    }

    private static String shown(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.isEmpty() ? "" : ": " + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line);
    }

    private String execute(Hook hook, List<String> words, HookScene scene) throws InterruptedException {
        Map<String, String> environment = new LinkedHashMap<>();
        values(scene).forEach((name, value) -> environment.put("RELEVO_HOOK_" + name.toUpperCase(Locale.ROOT), value));
        Command command =
                new Command(words, context.project(), environment, hook.timeout(), hook.name()).beside(trace());
        CommandOutcome outcome =
                new CommandRunner().run(command, line -> context.events().emit(new Event.Output(hook.name(), line)));
        if (outcome instanceof CommandOutcome.Interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        if (outcome.succeeded()) {
            return "succeeded";
        }
        Problem problem = Errands.failed(hook, why(outcome, hook));
        throw problem.details(outcome.lastLines().stream()
                        .skip(Math.max(0, outcome.lastLines().size() - 10))
                        .map(line -> "| " + line)
                        .toList())
                .asException();
    }

    private static String why(CommandOutcome outcome, Hook hook) {
        if (outcome instanceof CommandOutcome.Exited exited) {
            return "exit status " + exited.status()
                    + exited.firstError().map(line -> ": " + line).orElse("");
        }
        if (outcome instanceof CommandOutcome.NotStarted never) {
            return "it could not be started: " + never.reason();
        }
        return "it took longer than " + Durations.format(hook.timeout());
    }

    /** Opened when it is needed: it reads every authority that Java trusts, which takes longer than a request. */
    private synchronized HttpClient http() {
        HttpClient open = http.orElseGet(() ->
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        http = Optional.of(open);
        return open;
    }
}
