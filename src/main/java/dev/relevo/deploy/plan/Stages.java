package dev.relevo.deploy.plan;

import java.util.EnumMap;
import java.util.Map;

/**
 * Where in a plan the stages begin.
 *
 * @param begins index of a stage's first operation; a stage that is not there is empty
 */
public record Stages(Map<Stage, Integer> begins) {
    /** All operations are in the first stage. */
    public static final Stages NONE = new Stages(Map.of());

    public Stages {
        begins = Map.copyOf(begins);
    }

    /** The same with a stage that begins here, unless it began before. */
    public Stages with(Stage stage, int index) {
        if (begins.containsKey(stage)) {
            return this;
        }
        Map<Stage, Integer> more = new EnumMap<>(Stage.class);
        more.putAll(begins);
        more.put(stage, index);
        return new Stages(more);
    }

    /** The same when operations are put before all others, and some at the end of the stage before {@link Stage#RECORD}. */
    Stages moved(int before, int closing) {
        Map<Stage, Integer> later = new EnumMap<>(Stage.class);
        begins.forEach((stage, index) -> later.put(stage, before + index + (stage == Stage.RECORD ? closing : 0)));
        return new Stages(later);
    }

    /**
     * Index of the stage's first operation.
     *
     * @param size number of the plan's operations
     */
    public int from(Stage stage, int size) {
        return stage == Stage.BEFORE ? 0 : begins.getOrDefault(stage, until(stage, size));
    }

    /**
     * Index behind the stage's last operation.
     *
     * @param size number of the plan's operations
     */
    public int until(Stage stage, int size) {
        for (int next = stage.ordinal() + 1; next < Stage.values().length; next++) {
            Integer begin = begins.get(Stage.values()[next]);
            if (begin != null) {
                return begin;
            }
        }
        return size;
    }
}
