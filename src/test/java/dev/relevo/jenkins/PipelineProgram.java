package dev.relevo.jenkins;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Envs;
import com.cloudbees.groovy.cps.ObjectInputStreamWithLoader;
import com.cloudbees.groovy.cps.Outcome;
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation;
import groovy.lang.Script;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Jenkinsfile with this library, compiled as Jenkins compiles it. Whenever it calls a step it is written to bytes and read
 * back, as if the controller had been restarted there, and only the copy goes on.
 */
final class PipelineProgram {
    private static final CompiledLibrary LIBRARY = new CompiledLibrary();

    private final Map<String, String> env;
    private final Map<String, String> params;
    private final List<StepCall> steps = new ArrayList<>();

    /** A program whose build has these environment variables. */
    PipelineProgram(Map<String, String> env) {
        this(env, Map.of());
    }

    /** A program whose build has these environment variables and parameters. */
    PipelineProgram(Map<String, String> env, Map<String, String> params) {
        this.env = Map.copyOf(env);
        this.params = Map.copyOf(params);
    }

    /** Runs the program to its end against what answers its steps. */
    Result run(String jenkinsfile, Controller controller) {
        Script script = LIBRARY.load(
                jenkinsfile,
                Map.of(
                        "env", new HashMap<>(env),
                        "params", new HashMap<>(params),
                        "scm", "the commit",
                        "any", "any",
                        "currentBuild", new HashMap<>(Map.of("currentResult", "SUCCESS"))));
        ClassLoader classes = script.getClass().getClassLoader();
        List<String> mismatches = new ArrayList<>();
        CpsCallableInvocation.registerMismatchHandler((expectedReceiver, expectedMethod, receiver, method) ->
                mismatches.add(expectedMethod + " ran into " + method));
        try {
            Continuable program = new Continuable(script, Envs.empty(new SandboxInvoker()));
            Outcome said = program.run0(new Outcome(null, null), categories());
            while (program.isResumable() && said.getNormal() instanceof StepCall call) {
                steps.add(call);
                program = saveAndRestore(program, classes);
                said = program.run0(answer(controller, call), categories());
            }
            if (!mismatches.isEmpty()) {
                throw new AssertionError("Pipeline code was called from code that cannot wait for it: " + mismatches);
            }
            return new Result(steps, said.getNormal(), said.getAbnormal());
        } finally {
            CpsCallableInvocation.registerMismatchHandler(null);
        }
    }

    /** What a program did: its steps, and what it returned or which failure ended it. */
    record Result(
            List<StepCall> steps,
            @Nullable Object value,
            @Nullable Throwable failure) {
        List<String> inWords() {
            return steps.stream().map(StepCall::inWords).toList();
        }

        List<StepCall> called(String name) {
            return steps.stream().filter(step -> step.name().equals(name)).toList();
        }

        String failureMessage() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /** Jenkins and its agent, from a program's side. */
    interface Controller {
        /**
         * Carries a step out and returns its value.
         *
         * @throws Exception when the step fails
         */
        @Nullable
        Object carryOut(StepCall call) throws Exception;
    }

    private static Outcome answer(Controller controller, StepCall call) {
        try {
            return new Outcome(controller.carryOut(call), null);
        } catch (Exception | LinkageError e) {
            return new Outcome(null, e);
        }
    }

    private static List<Class> categories() {
        List<Class> all = new ArrayList<>(Continuable.categories);
        all.add(SerializableIterators.class);
        return all;
    }

    private Continuable saveAndRestore(Continuable program, ClassLoader classes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(program);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The program cannot be saved at "
                            + steps.get(steps.size() - 1).inWords(),
                    e);
        }
        try (ObjectInputStream in =
                new ObjectInputStreamWithLoader(new ByteArrayInputStream(bytes.toByteArray()), classes)) {
            return (Continuable) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("The program cannot be restored", e);
        }
    }
}
