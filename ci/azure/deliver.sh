#!/bin/bash
# What the deployment job of relevo.yml runs: brings the results of the job before, reaches the cluster, and deploys.
#
#   LAUNCHER, PROJECT, ENVIRONMENT   the engine, the project's folder, the environment of its relevo.yaml
#   STRATEGY                         how the traffic is handed over; as-configured leaves it to relevo.yaml
#   RESULTS                          folder with what the steps have left so far
#   RESOURCE_GROUP, CLUSTER          a cluster of Azure, with az logged in; without them KUBECONFIG leads to the cluster
set -euo pipefail

# fail MESSAGE [EXIT-CODE]: 2 usage, 6 cluster, as relevo itself ends.
fail() {
    printf '##vso[task.logissue type=error]%s\n' "$1" >&2
    exit "${2:-2}"
}

mkdir -p "$PROJECT/.relevo"
cp "$RESULTS"/*.json "$PROJECT/.relevo"

if [ -n "${CLUSTER:-}" ]; then
    [ -n "${RESOURCE_GROUP:-}" ] || fail 'cluster is given without resourceGroup; name both, or kubeconfigFile'
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    export KUBECONFIG=$work/kubeconfig PATH=$work/bin:$PATH
    az aks install-cli --install-location "$work/bin/kubectl" --kubelogin-install-location "$work/bin/kubelogin" --only-show-errors ||
        fail 'kubectl and kubelogin cannot be downloaded, see above' 6
    az aks get-credentials --resource-group "$RESOURCE_GROUP" --name "$CLUSTER" --file "$KUBECONFIG" --only-show-errors ||
        fail "az gives no credentials for [$CLUSTER], see above; the service connection needs the role Azure Kubernetes Service Cluster User Role" 6
    kubelogin convert-kubeconfig --login azurecli
fi
[ -r "${KUBECONFIG:-}" ] || fail 'nothing leads to the cluster; give azureSubscription with resourceGroup and cluster, or kubeconfigFile'

words=(-C "$PROJECT" -e "$ENVIRONMENT")
"$LAUNCHER" configmap "${words[@]}"
if [ "${STRATEGY:-as-configured}" != as-configured ]; then
    words+=(--strategy "$STRATEGY")
fi
status=0
"$LAUNCHER" deploy "${words[@]}" || status=$?
# The page about it goes to the artifacts of the run, above all when the deploy has failed.
if [ -f "$PROJECT/.relevo/report.html" ]; then
    printf '##vso[artifact.upload artifactname=report]%s\n' "$PROJECT/.relevo/report.html"
fi
exit "$status"
