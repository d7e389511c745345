package dev.relevo.telemetry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.function.UnaryOperator;

/**
 * The mark of a hand-over in Grafana: a region from its first change to its last.
 *
 * @see <a href="https://grafana.com/docs/grafana/latest/developers/http_api/annotations/#create-annotation">Create annotation</a>
 */
final class Annotation {
    private Annotation() {}

    /** Where annotations are made. */
    static URI address(String grafana) {
        return URI.create(grafana.replaceFirst("/+$", "") + "/api/annotations");
    }

    /** @param mask takes secrets out of a text */
    static ObjectNode json(
            RunEnd run, Delivery delivery, Delivery.Plan plan, Delivery.HandOver time, UnaryOperator<String> mask) {
        Delivery.Target target = delivery.target();
        String outcome = run.outcome(false);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("time", time.start().toEpochMilli())
                .put("timeEnd", time.end().toEpochMilli());
        json.putArray("tags")
                .add("relevo")
                .add("app:" + target.app())
                .add("environment:" + target.environment())
                .add("outcome:" + outcome);
        StringBuilder text = new StringBuilder("release " + plan.release() + " of " + target.app() + " in "
                + target.environment() + " (" + plan.strategy() + "): " + outcome);
        run.problem()
                .ifPresent(problem -> text.append(", ")
                        .append(problem.code().id())
                        .append(": ")
                        .append(problem.summary()));
        return json.put("text", mask.apply(text.toString()));
    }
}
