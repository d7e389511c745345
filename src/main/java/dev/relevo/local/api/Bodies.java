package dev.relevo.local.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.store.ApiError;
import java.io.IOException;

/** Reads and writes the bodies of requests and answers. */
final class Bodies {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Protobuf PROTOBUF = new Protobuf();

    private Bodies() {}

    /**
     * The object in a body of JSON or YAML.
     *
     * @throws ApiError 400 when it is none, 415 for another media type
     */
    static ObjectNode object(ApiRequest request) {
        if (request.contentType().equals(Protobuf.CONTENT_TYPE)) {
            return PROTOBUF.read(request.body());
        }
        JsonNode tree = tree(request.body(), mapper(request.contentType()));
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the body must be an object, not [" + tree.getNodeType() + "]");
    }

    /** The object in an optional body. */
    static ObjectNode objectOrEmpty(ApiRequest request) {
        return request.body().length == 0 ? JsonNodeFactory.instance.objectNode() : object(request);
    }

    private static ObjectMapper mapper(String contentType) {
        return switch (contentType) {
            case "", "application/json", "*/*" -> JSON;
            case "application/yaml" -> YAML;
            default -> throw unsupported(contentType);
        };
    }

    static ApiError unsupported(String contentType) {
        return ApiError.of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: application/json,"
                        + " application/yaml, not [" + contentType + "]");
    }

    static JsonNode json(byte[] body) {
        return tree(body, JSON);
    }

    static JsonNode yaml(byte[] body) {
        return tree(body, YAML);
    }

    private static JsonNode tree(byte[] body, ObjectMapper mapper) {
        try {
            JsonNode tree = mapper.readTree(body);
            if (tree == null || tree.isMissingNode()) {
                throw ApiError.badRequest("the body is empty, but an object was expected");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw ApiError.badRequest("error decoding the body: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ApiError.badRequest("error reading the body: " + e.getMessage());
        }
    }

    /** The first key that occurs twice in one object of a JSON body; empty when there is none. */
    static String duplicateKey(byte[] body) {
        try (JsonParser parser = JSON.getFactory().createParser(body)) {
            parser.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
            while (parser.nextToken() != null) {
                continue;
            }
            return "";
        } catch (JsonProcessingException e) {
            String message = e.getOriginalMessage();
            int start = message.indexOf('\'');
            int end = message.lastIndexOf('\'');
            return message.startsWith("Duplicate field") && end > start ? message.substring(start + 1, end) : "";
        } catch (IOException e) {
            return "";
        }
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can always be written", e);
        }
    }
}
