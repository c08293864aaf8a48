"""Who placed a call from their own phone: of one that nobody answered there is no conversation that would tell."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("calls", sa.Column("placed_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "placed_by")
