#!/usr/bin/env bash
# Deploys a pushed tag to the cluster that infra/azure has made, and prints where the service answers.
set -euo pipefail

usage() {
    cat <<'EOF'
usage: deploy.sh [-C DIR] [-e ENVIRONMENT] [-p PROJECT] [-g GROUP] [-t SECONDS] TAG

  TAG             tag of the image in the registry
  -C DIR          the project's folder (default: the current one)
  -e ENVIRONMENT  environment of its relevo.yaml (default: azure)
  -p PROJECT      value of the tag `project` on the resource group (default: relevo)
  -g GROUP        the resource group, when it is not to be looked for
  -t SECONDS      how long to wait for a public address (default: 300)

Needs az (logged in), kubectl, kubelogin, jq and relevo on the PATH; RELEVO names another relevo.
EOF
}

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE NEXT-STEP [EXIT-CODE]: 2 usage, 5 registry, 6 cluster, as relevo itself ends.
fail() {
    say "error: $1"
    say "what to do: $2"
    exit "${3:-1}"
}

# only WHAT NEXT-STEP LINES: the only line, or an error that names what was found.
only() {
    local lines=()
    mapfile -t lines < <(printf '%s' "$3" | tr -d '\r' | sed '/^$/d')
    case ${#lines[@]} in
        1) printf '%s\n' "${lines[0]}" ;;
        0) fail "there is no $1" "$2" 6 ;;
        *) fail "there are ${#lines[@]} of $1: ${lines[*]}" "$2" 6 ;;
    esac
}

directory=. environment=azure project=relevo group='' patience=300
while getopts ':C:e:p:g:t:h' option; do
    case $option in
        C) directory=$OPTARG ;;
        e) environment=$OPTARG ;;
        p) project=$OPTARG ;;
        g) group=$OPTARG ;;
        t) patience=$OPTARG ;;
        h) usage; exit 0 ;;
        *) usage >&2; fail "unknown option or missing value: -$OPTARG" "See above." 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || { usage >&2; fail "expected one TAG, got $#" "Name the tag that was pushed, such as 1.0.0-218ced3bb0a8." 2; }
tag=$1
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] || fail "[$tag] is no tag" "Give the tag alone, without the repository." 2
[[ $patience =~ ^[0-9]+$ ]] || fail "-t [$patience] is no number of seconds" "Give a whole number such as 300." 2
[ -f "$directory/relevo.yaml" ] || fail "there is no relevo.yaml in [$directory]" "Name the project's folder with -C." 2

relevo=${RELEVO:-relevo}
for tool in az kubectl kubelogin jq "$relevo"; do
    command -v "$tool" > /dev/null || fail "$tool is not on the PATH" "Install it." 2
done

az account show --output none || fail "az is not logged in" "Run az login, or azure/login in a workflow." 6

if [ -z "$group" ]; then
    groups=$(az group list --tag "project=$project" --query '[].name' --output tsv) ||
        fail "the resource groups cannot be listed" "Name the group with -g; the identity needs the role Reader to look for it." 6
    group=$(only "resource group with the tag project=$project" "Apply infra/azure, or name the group with -g." "$groups")
fi
registries=$(az acr list --resource-group "$group" --query '[].loginServer' --output tsv) ||
    fail "the registries of $group cannot be listed" "Look whether the group is there; the identity needs the role Reader on it." 6
registry=$(only "registry in $group" "Look at az acr list --resource-group $group." "$registries")
clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv) ||
    fail "the clusters of $group cannot be listed" "The identity needs the role Reader on the group." 6
cluster=$(only "cluster in $group" "Look at az aks list --resource-group $group." "$clusters")
say "group $group, registry $registry, cluster $cluster"

# The environment's own repository, in the registry that was found.
settings=$("$relevo" -C "$directory" -e "$environment" --json config explain)
setting() { jq -r --arg key "$1" '.[] | select(.key == $key) | .value' <<< "$settings"; }
repository=$(setting image.repository)
repository=${repository#*/}
# az ends with 3 for what is not there, and with 1 for everything else.
digest=$(az acr repository show --name "${registry%%.*}" --image "$repository:$tag" --query digest --output tsv) || case $? in
    3) fail "$registry has no $repository:$tag" "Push it, or look at az acr repository show-tags --name ${registry%%.*} --repository $repository." 5 ;;
    *) fail "$registry cannot be asked for $repository:$tag" "The identity needs the role AcrPull on the registry, which must be reachable from here." 5 ;;
esac
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "$registry gave [$digest] as the digest of $repository:$tag" "Look at the image in the registry." 5
image=$registry/$repository@$digest
say "image $image"

# A kubeconfig of this run alone; whoever called keeps theirs.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KUBECONFIG=$work/kubeconfig
az aks get-credentials --resource-group "$group" --name "$cluster" --file "$KUBECONFIG" --only-show-errors ||
    fail "there are no credentials for $cluster" "The identity needs the role Azure Kubernetes Service Cluster User Role." 6
kubelogin convert-kubeconfig --login azurecli || fail "kubelogin cannot use the login of az" "Install a current kubelogin." 6

# What `relevo push` would have left, had it pushed the tag just now: the form is resources/dev/relevo/step-result.schema.json.
mkdir -p "$directory/.relevo"
jq --null-input --arg image "$image" --arg tag "$tag" --arg now "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '{
    apiVersion: "relevo.dev/v1", step: "push", outcome: "UNCHANGED", startedAt: $now, seconds: 0,
    result: {image: $image, tags: [$tag], bytesSent: 0, bytesPresent: 0}
}' > "$work/push.json"
mv "$work/push.json" "$directory/.relevo/push.json"

set_repository=(--set "image.repository=$registry/$repository")
"$relevo" -C "$directory" -e "$environment" "${set_repository[@]}" configmap > /dev/null
# It waits until the release serves, and ends with the reason and another code when it does not.
"$relevo" -C "$directory" -e "$environment" "${set_repository[@]}" deploy > "$work/address"

# The controller gives the Ingress its address some time after it was made.
namespace=$(setting environment.namespace)
app=$(setting app)
deadline=$((SECONDS + patience))
until address=$(kubectl --namespace "$namespace" get ingress "$app" --output 'jsonpath={.status.loadBalancer.ingress[0].ip}') && [ -n "$address" ]; do
    [ "$SECONDS" -lt "$deadline" ] ||
        fail "Ingress/$app has had no address for $patience s; the release itself serves" "Look at kubectl --namespace $namespace describe ingress $app." 6
    sleep "${RELEVO_POLL_SECONDS:-5}"
done
say "the host's record must lead to the second line"
cat "$work/address"
printf '%s\n' "$address"
