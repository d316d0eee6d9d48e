{{- /* Maps are written as JSON, which is YAML: that needs no indentation. */ -}}
{{- define "contactgraph.fullname" -}}
{{- if contains "contactgraph" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-contactgraph" (.Release.Name | trunc 37 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{- define "contactgraph.selector" -}}
{{- dict "app.kubernetes.io/name" "contactgraph" "app.kubernetes.io/instance" .Release.Name | toJson -}}
{{- end -}}

{{- define "contactgraph.labels" -}}
{{- dict "app.kubernetes.io/name" "contactgraph" "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/version" .Chart.AppVersion "app.kubernetes.io/managed-by" .Release.Service | toJson -}}
{{- end -}}

{{- define "contactgraph.secret" -}}
{{- if .Values.secrets.existing -}}
{{- .Values.secrets.existing -}}
{{- else -}}
{{- template "contactgraph.fullname" . -}}
{{- end -}}
{{- end -}}
